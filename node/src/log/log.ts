import { isHoldfastError, type ErrorCode } from '@holdfast/core/base/errors'
import { levelOf, type Level, type LogEvent } from './events.ts'

/** Takes one line, without its end. Never throws: a log that cannot be written must not end what it is about. */
export type Sink = (line: string, level: Level) => void

export interface Log {
  note(event: LogEvent): void
}

export interface LogOptions {
  readonly sink: Sink
  readonly nowMs: () => number
  /** What matters less is left out. */
  readonly least: Level
}

/** One JSON object a line, as docs/log.md tells it. */
export function newLog({ sink, nowMs, least }: LogOptions): Log {
  return {
    note(event) {
      const level = levelOf(event)
      if (RANK[level] < RANK[least]) return
      sink(JSON.stringify({ v: 1, time: new Date(nowMs()).toISOString(), level, ...event }), level)
    }
  }
}

const RANK: Readonly<Record<Level, number>> = { debug: 0, info: 1, warning: 2, error: 3 }

/** What is noted of an error: its code, and where it arose. Never its message, which may name a file, nor where this program lies. */
export function traceOf(error: unknown): { readonly code: ErrorCode; readonly trace: readonly string[] } {
  const code = isHoldfastError(error) ? error.code : 'INTERNAL'
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return { code, trace: [...stack.matchAll(FRAME)].map(([, place]) => place!).slice(0, FRAMES) }
}

/** From the last folder on that is this program's or a library's: what stands before it is a matter of whoever installed it. */
const FRAME = /^ *at .*\/((?:node_modules|(?:node|core|relay-pi)\/dist)\/[\w@./-]+:\d+:\d+)\)?$/gm

const FRAMES = 12
