import type { SingleBar } from 'cli-progress'
import type { OutEvent, Output } from './output.ts'

export interface ProgressState {
  readonly done: number
  /** Undefined when nobody knows yet. */
  readonly total?: number | undefined
  /** For people, already safe to print. */
  readonly text: string
}

/** Shows how far a long piece of work is: a bar on a terminal, else a line every 30 s, else (--json) an event every second. */
export interface Progress {
  update(state: ProgressState, event: OutEvent): void
  /** Takes the bar away. May be called twice. */
  stop(): void
}

const LINE_EVERY_MS = 30_000
const EVENT_EVERY_MS = 1000

export function newProgress(output: Output, nowMs: () => number = () => performance.now()): Progress {
  if (output.quiet) return { update: () => undefined, stop: () => undefined }
  if (output.json) return events(output, nowMs)
  return output.terminal ? bar() : lines(output, nowMs)
}

function events(output: Output, nowMs: () => number): Progress {
  let lastMs = nowMs()
  let writing = false
  return {
    update(_state, event) {
      if (writing || nowMs() - lastMs < EVENT_EVERY_MS) return
      lastMs = nowMs()
      writing = true // a slow reader gets fewer of them
      const written = () => {
        writing = false
      }
      output.event(event).then(written, written)
    },
    stop: () => undefined
  }
}

function lines(output: Output, nowMs: () => number): Progress {
  let lastMs = nowMs()
  return {
    update({ text }) {
      if (nowMs() - lastMs < LINE_EVERY_MS) return
      lastMs = nowMs()
      output.say(text)
    },
    stop: () => undefined
  }
}

function bar(): Progress {
  let shown: SingleBar | undefined
  let stopped = false
  let latest: ProgressState = { done: 0, text: '' }
  const draw = () => {
    if (shown === undefined) return
    shown.setTotal(latest.total ?? 0)
    shown.update(Math.min(latest.done, latest.total ?? latest.done), { text: shorten(latest.text) })
  }
  void import('cli-progress').then(({ default: { SingleBar: Bar } }) => {
    if (stopped) return
    shown = new Bar({
      format: formatOf(latest),
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      fps: 8
    })
    shown.start(latest.total ?? 0, 0, { text: '' })
    draw()
  })
  return {
    update(state) {
      latest = state
      draw()
    },
    stop() {
      stopped = true
      shown?.stop()
      shown = undefined
    }
  }
}

function formatOf(state: ProgressState): string {
  return state.total === undefined ? '{text}' : '{bar} {percentage}% {text}'
}

/** The end of a path says more than its start. */
function shorten(text: string): string {
  const room = Math.max(20, (process.stderr.columns ?? 80) - 52)
  return text.length <= room ? text : `…${text.slice(text.length - room + 1)}`
}
