import { bytesText } from '@holdfast/core/base/amounts'
import type { Teller } from '../story/teller.ts'

/** What a step says about itself when it held. */
export type Finding = string

/** Runs checks one after the other and says of each whether it held: a line of text, or of --json. */
export class Checks {
  failed = 0
  private passed = 0
  private readonly json: boolean
  private readonly teller: Teller

  constructor(json: boolean, teller: Teller) {
    this.json = json
    this.teller = teller
  }

  /** A step that throws did not hold; what comes after it cannot be told any more, so it is thrown on. */
  async step(name: string, work: () => Promise<Finding>): Promise<void> {
    const startMs = performance.now()
    try {
      const finding = await work()
      this.say(name, true, finding, startMs)
    } catch (error) {
      this.say(name, false, error instanceof Error ? error.message : String(error), startMs)
      throw new Stopped()
    }
  }

  progress(text: string): void {
    if (!this.json) this.teller.progress(text)
  }

  end(): void {
    const seconds = Math.round(this.teller.elapsedSeconds())
    if (this.json)
      this.event({ type: 'done', ok: this.failed === 0, passed: this.passed, failed: this.failed, seconds })
    else if (this.failed === 0) this.teller.line(`\nAll ${this.passed} checks held, in ${seconds} s.`)
    else this.teller.line(`\n${this.failed} check did not hold.`)
  }

  private say(name: string, ok: boolean, detail: string, startMs: number): void {
    if (ok) this.passed++
    else this.failed++
    const ms = Math.round(performance.now() - startMs)
    if (this.json) return this.event({ type: 'check', name, ok, detail, ms })
    const mark = ok ? this.teller.paint('green', '✓') : this.teller.paint('red', '✗')
    const seconds = this.teller.paint('dim', `${(ms / 1000).toFixed(1).padStart(6)} s`)
    this.teller.line(`${seconds}  ${mark} ${name}: ${detail}`)
  }

  private event(event: { type: string; [field: string]: unknown }): void {
    process.stdout.write(`${JSON.stringify({ v: 1, ...event })}\n`)
  }
}

/** A check did not hold; it was said. */
export class Stopped extends Error {}

export function assertHolds(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}

export function sizeText(files: number, bytes: number): string {
  return `${files.toLocaleString('en')} files, ${bytesText(bytes)}`
}
