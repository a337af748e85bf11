import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'

/** One line of `--json`. */
export interface JsonEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Every line of --json, in order, wherever it was printed. */
  readonly events: readonly JsonEvent[]
  readonly stdout: Buffer
  readonly stderr: string
}

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Given to it as standard input; without, its standard input is open and empty until this process ends. */
  readonly input?: string | Uint8Array
  readonly uid?: number
  onEvent?(event: JsonEvent): void
}

const KEPT_STDERR = 20_000
/** A program that says nothing for so long hangs: it is better to be told than to wait for ever. */
const SILENCE_MS = 120_000

/** A real process that speaks JSON lines. */
export class Child {
  readonly events: JsonEvent[] = []
  /** Resolves when the process is gone and all it printed was read; rejects only when it could not be started. */
  readonly ended: Promise<Ended>
  private readonly process: ChildProcess
  private readonly options: ChildOptions
  private readonly stdout: Buffer[] = []
  private stderr = ''
  private isGone = false
  private readonly watchers = new Set<() => void>()

  /** Runs Node with these arguments. */
  constructor(args: readonly string[], options: ChildOptions = {}) {
    const { env, cwd, uid } = options
    this.options = options
    this.process = spawn(process.execPath, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(env === undefined ? {} : { env }),
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid, gid: uid })
    })
    this.ended = this.follow()
    this.ended.catch(() => undefined)
    this.process.stdin!.on('error', () => undefined) // it may end before it has read everything
    if (options.input !== undefined) this.process.stdin!.end(options.input)
  }

  get pid(): number {
    return this.process.pid!
  }

  get isRunning(): boolean {
    return !this.isGone
  }

  /** The first event, past or to come, that is the one. Rejects when the process ends without it, or falls silent. */
  event(wanted: string | ((event: JsonEvent) => boolean)): Promise<JsonEvent> {
    const is = typeof wanted === 'string' ? (event: JsonEvent) => event.type === wanted : wanted
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${why}\n${this.lastWords()}`))
      let silence: NodeJS.Timeout | undefined
      const look = (): void => {
        clearTimeout(silence)
        const found = this.events.find(is)
        if (found === undefined && !this.isGone) {
          silence = setTimeout(() => fail('the process says nothing any more'), SILENCE_MS)
          return
        }
        this.watchers.delete(look)
        if (found !== undefined) resolve(found)
        else fail('the process ended without saying what was waited for')
      }
      this.watchers.add(look)
      look()
    })
  }

  /** Sends a signal to exactly this process, if it still runs, and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    if (!this.isGone) this.process.kill(signal)
    return this.ended
  }

  lastWords(): string {
    const lines = this.events.slice(-3).map((event) => JSON.stringify(event))
    return [...lines, this.stderr.trim()].filter((line) => line !== '').join('\n')
  }

  private follow(): Promise<Ended> {
    const readers = [new Lines((line) => this.take(line)), new Lines((line) => this.take(line))] as const
    this.process.stdout!.on('data', (piece: Buffer) => {
      this.stdout.push(piece)
      readers[0].push(piece)
    })
    this.process.stderr!.on('data', (piece: Buffer) => {
      this.stderr = (this.stderr + piece.toString()).slice(-KEPT_STDERR)
      readers[1].push(piece)
    })
    return new Promise((resolve, reject) => {
      this.process.once('error', (error) => {
        this.gone()
        reject(error)
      })
      this.process.once('close', (code, signal) => {
        this.gone()
        resolve({ code, signal, events: this.events, stdout: Buffer.concat(this.stdout), stderr: this.stderr })
      })
    })
  }

  private take(line: string): void {
    const event = asEvent(line)
    if (event === undefined) return
    this.events.push(event)
    this.options.onEvent?.(event)
    this.wake()
  }

  private gone(): void {
    this.isGone = true
    this.wake()
  }

  private wake(): void {
    for (const look of [...this.watchers]) look()
  }
}

/** Cuts a stream of bytes into lines; what could be an event is kept, bytes of a file are let go. */
class Lines {
  private rest = ''
  private readonly decoder = new StringDecoder('utf8')
  private readonly take: (line: string) => void

  constructor(take: (line: string) => void) {
    this.take = take
  }

  push(piece: Buffer): void {
    const lines = (this.rest + this.decoder.write(piece)).split('\n')
    this.rest = lines.pop()!
    for (const line of lines) if (line.startsWith('{"v":')) this.take(line)
  }
}

function asEvent(line: string): JsonEvent | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof (value as JsonEvent | null)?.type === 'string' ? (value as JsonEvent) : undefined
  } catch {
    return undefined
  }
}
