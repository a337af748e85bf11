import { createHash } from 'node:crypto'

/** What happened, in order: its hash says whether two runs were the same, its last lines what led to a failure. */
export class Trace {
  readonly lines: string[] = []
  readonly #hash = createHash('sha256')
  readonly #say: ((line: string) => void) | undefined
  #nowMs = 0

  /** `say`: told every line at once. */
  constructor(say?: (line: string) => void) {
    this.#say = say
  }

  /** Goes into the hash only: there are thousands. */
  event(nowMs: number, name: string): void {
    this.#nowMs = nowMs
    this.#hash.update(`${nowMs} ${name}\n`)
  }

  note(text: string): void {
    const line = `${(this.#nowMs / 1000).toFixed(3).padStart(10)}s ${text}`
    this.#hash.update(`${line}\n`)
    this.lines.push(line)
    this.#say?.(line)
  }

  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}
