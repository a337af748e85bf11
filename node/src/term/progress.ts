import type { SingleBar } from 'cli-progress'
import { lastLine } from './last-line.ts'
import type { OutEvent, Output } from './output.ts'

export interface ProgressState {
  readonly done: number
  /** Undefined when nobody knows yet. */
  readonly total?: number | undefined
  /** For people, already safe to print. */
  readonly text: string
  /** What it is at just now, likewise: left out where there is no room. */
  readonly detail?: string
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
  return output.terminal ? bar(output) : lines(output, nowMs)
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

function bar(output: Output): Progress {
  let shown: SingleBar | undefined
  let stopped = false
  let latest: ProgressState = { done: 0, text: '' }
  const draw = () => {
    if (shown === undefined) return
    shown.setTotal(latest.total ?? 0)
    shown.update(Math.min(latest.done, latest.total ?? latest.done), { text: fitting(latest) })
  }
  const line = lastLine(process.stderr)
  output.makeRoom = () => {
    if (shown !== undefined) line.clearLine()
  }
  const begin = async (): Promise<void> => {
    const { default: cliProgress } = await import('cli-progress')
    if (stopped) return
    shown = new cliProgress.SingleBar({
      format: formatOf(latest),
      terminal: line,
      hideCursor: true,
      clearOnComplete: true,
      forceRedraw: true,
      barsize: BAR,
      fps: 8
    })
    shown.start(latest.total ?? 0, 0, { text: '' })
    draw()
  }
  let begun = false
  return {
    update(state) {
      latest = state
      if (!begun) void begin()
      begun = true
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

const BAR = 20

/** The end of a path says more than its start. */
function fitting({ text, detail = '', total }: ProgressState): string {
  const bar = total === undefined ? 0 : BAR + ' 100% '.length
  const room = (process.stderr.columns ?? 80) - 1 - bar - text.length - ' '.length
  if (detail === '' || room < 12) return text
  return `${text} ${detail.length <= room ? detail : `…${detail.slice(detail.length - room + 1)}`}`
}
