import { readFileSync } from 'node:fs'
import type { FolderState } from '../folder/kept-folder.ts'
import type { Context } from '../term/app.ts'
import type { LogEvent } from './events.ts'
import { isInJournal, journal, logFile } from './log-file.ts'
import { newLog, traceOf, type Log } from './log.ts'

/** The log of the process that stays: in its home or, started by systemd, in the journal. With -v everything is noted. */
export function upLog({ globals }: Pick<Context, 'globals'>): Log {
  const sink = isInJournal() ? journal : logFile(globals.home)
  const log = newLog({ sink, nowMs: Date.now, least: globals.verbose ? 'debug' : 'info' })
  log.note({ event: 'started', version: version(), node: process.version, process: process.pid })
  return log
}

/** Whatever ends the process without anybody having caught it; it ends all the same. Returns how to end that. */
export function noteCrash(log: Log): () => void {
  const crashed = (error: Error): void => log.note({ event: 'crashed', ...traceOf(error) })
  process.on('uncaughtExceptionMonitor', crashed)
  return () => void process.off('uncaughtExceptionMonitor', crashed)
}

/** Does a command of this home, and notes how it ended. */
export async function noteCommand(log: Log, command: string, run: () => Promise<void>): Promise<void> {
  const startMs = performance.now()
  const note = (code?: Extract<LogEvent, { event: 'command' }>['code']): void =>
    log.note({ event: 'command', command, ms: since(startMs), ...(code === undefined ? {} : { code }) })
  try {
    await run()
  } catch (error) {
    const { code, trace } = traceOf(error)
    note(code)
    if (code === 'INTERNAL') log.note({ event: 'failed', code, trace })
    throw error
  }
  note()
}

type FolderEvent = Extract<LogEvent, { event: 'folder' }>

export function folderEvent(folder: number, { code, report }: FolderState, ms: number): FolderEvent {
  return {
    event: 'folder',
    folder,
    ms: Math.round(ms),
    done: report?.done ?? 0,
    waiting: report?.waiting ?? 0,
    failed: report?.failed.size ?? 0,
    ...(code === undefined ? {} : { code })
  }
}

export function since(startMs: number): number {
  return Math.round(performance.now() - startMs)
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
