import { once } from 'node:events'
import { Writable } from 'node:stream'
import { styleText } from 'node:util'
import { explain, ERRORS, HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'

/** One thing a program says: a line of `--json`, or rendered as text. */
export interface OutEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export interface OutputOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly color: boolean
  /** Standard output carries bytes, not lines: lines of --json go to standard error. */
  readonly raw?: boolean
  readonly stdout?: Writable
  readonly stderr?: Writable
}

/** Data goes to standard output, talk to standard error. With --json there is no talk, and data is one object a line. */
export class Output {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly color: boolean
  /** Called before anything else is shown: whatever is drawn on the last line of a terminal has to make room. */
  makeRoom: () => void = () => undefined
  private readonly raw: boolean
  private readonly stdout: Writable
  private readonly stderr: Writable

  constructor(options: OutputOptions) {
    this.json = options.json
    this.quiet = options.quiet
    this.verbose = options.verbose
    this.color = options.color
    this.raw = options.raw ?? false
    this.stdout = options.stdout ?? process.stdout
    this.stderr = options.stderr ?? process.stderr
  }

  /** Whether talk is seen as it comes, on a screen. */
  get terminal(): boolean {
    return (this.stderr as Partial<NodeJS.WriteStream>).isTTY === true
  }

  /** Bytes of data. Resolves when the next may be written. */
  write(bytes: Uint8Array | string): Promise<void> {
    this.makeRoom()
    return writeTo(this.stdout, bytes)
  }

  /** A line of data for people. Escape what is not yours (escape.ts). */
  line(text: string): Promise<void> {
    return this.write(`${text}\n`)
  }

  /** A line for programs: the event with the version of these lines in front. */
  event(event: OutEvent): Promise<void> {
    return writeTo(this.raw ? this.stderr : this.stdout, `${jsonLine(event)}\n`)
  }

  /** Talk: what is happening, what to do next. */
  say(text: string): void {
    if (this.json || this.quiet) return
    this.makeRoom()
    this.stderr.write(`${text}\n`)
  }

  /** Something that should be seen even with --quiet. */
  warn(text: string): void {
    if (this.json) return
    this.makeRoom()
    this.stderr.write(`${this.paint('yellow', '!')} ${text}\n`)
  }

  /** Asks for somebody's attention, where somebody may be listening. */
  bell(): void {
    if (this.terminal && !this.json && !this.quiet) this.stderr.write('\x07')
  }

  /** Says what went wrong and what to do, and returns the exit code. */
  async fail(error: unknown): Promise<number> {
    const known = isHoldfastError(error) ? error : new HoldfastError('INTERNAL', undefined, { cause: error })
    const { cause, remedy } = explain(known.code)
    if (this.json && known.code === 'PARTLY_DONE') return ERRORS.PARTLY_DONE.exit // each failure was a line, `done` was the last
    if (this.json) await this.event({ type: 'error', code: known.code, message: known.message, remedy })
    else if (known.code === 'ABORTED' && known.message !== cause)
      this.stderr.write(`${known.message}\n`) // wanted so: nothing is wrong
    else {
      const detail = known.message === cause ? cause : `${cause} ${sentence(known.message)}`
      this.stderr.write(`${this.paint('red', 'error')} ${detail} (${known.code})\n${remedy}\n`)
    }
    if (this.verbose) this.stderr.write(`${trace(error)}\n`)
    return ERRORS[known.code].exit
  }

  paint(style: 'red' | 'yellow' | 'green' | 'dim' | 'bold', text: string): string {
    return this.color ? styleText(style, text) : text
  }
}

/** Details are often the end of a sentence: beside others they are one. */
function sentence(detail: string): string {
  const begun = detail.replace(/^[a-z]+(?=[ ,’'])/, (word) => word.charAt(0).toUpperCase() + word.slice(1))
  // A full stop behind a path would be taken for a part of it.
  return /(?:[.!?:`)]|\/\S*)$/.test(begun) ? begun : `${begun}.`
}

/** For a process whose talk nobody is to read. */
export function silent(): Output {
  const stderr = new Writable({ write: (_bytes, _encoding, done) => done() })
  return new Output({ json: false, quiet: true, verbose: false, color: false, stderr })
}

/** JSON escapes control characters by itself; those that reorder or hide text are escaped as well, for whoever looks at it. */
function jsonLine(event: OutEvent): string {
  const escape = (character: string) =>
    [...Array(character.length).keys()].map((i) => unit(character.charCodeAt(i))).join('')
  return JSON.stringify({ v: 1, ...event }).replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, escape)
}

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`
}

/** Resolves when the stream takes more; rejects ABORTED when nobody reads any longer. */
async function writeTo(stream: Writable, bytes: Uint8Array | string): Promise<void> {
  if (stream.destroyed) throw new HoldfastError('ABORTED')
  if (stream.write(bytes)) return
  try {
    await once(stream, 'drain')
  } catch (cause) {
    throw new HoldfastError('ABORTED', undefined, { cause })
  }
}

function trace(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.stack ?? error.message
  return error.cause === undefined ? own : `${own}\ncaused by ${trace(error.cause)}`
}
