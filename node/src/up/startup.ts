import type { Settings } from '../config/keys.ts'
import type { Check } from '../doctor/check.ts'
import type { Log } from '../log/log.ts'
import type { Output } from '../term/output.ts'

export interface StartupOptions {
  readonly settings: Pick<Settings, 'startup.showErrors' | 'startup.showWarnings' | 'startup.silent'>
  readonly output: Pick<Output, 'json' | 'event' | 'warn' | 'say' | 'bell'>
  readonly text: (check: Check) => string
  readonly log?: Log
}

/** Shows what is wrong when the process starts and later, each once: errors first, warnings when no error is left. */
export class Startup {
  private readonly o: StartupOptions
  private readonly shown = new Set<string>()
  private noted = new Map<string, Check>()

  constructor(options: StartupOptions) {
    this.o = options
  }

  /** What there is now. What is gone is shown again when it comes back. */
  async show(checks: readonly Check[]): Promise<void> {
    this.note(checks)
    const errors = checks.filter(({ state }) => state === 'error')
    const warnings = checks.filter(({ state }) => state === 'warning')
    const now = new Set(checks.map(keyOf))
    for (const key of this.shown) if (!now.has(key)) this.shown.delete(key)
    const { settings, output } = this.o
    const isNew = errors.some((check) => !this.shown.has(keyOf(check)))
    for (const check of errors) await this.once(check, settings['startup.showErrors'])
    if (errors.length === 0) for (const check of warnings) await this.once(check, settings['startup.showWarnings'])
    if (isNew && !settings['startup.silent']) output.bell()
  }

  /** What came and what went since the last look, whether it is shown or not. */
  private note(checks: readonly Check[]): void {
    const before = this.noted
    this.noted = new Map(checks.flatMap((check) => (check.code === undefined ? [] : [[keyOf(check), check] as const])))
    for (const [key, { name, state, code }] of this.noted)
      if (!before.has(key) && state !== 'ok') this.o.log?.note({ event: 'problem', state, about: name, code: code! })
    for (const [key, { name, code }] of before)
      if (!this.noted.has(key)) this.o.log?.note({ event: 'settled', about: name, code: code! })
  }

  private async once(check: Check, isWanted: boolean): Promise<void> {
    if (this.shown.has(keyOf(check))) return
    this.shown.add(keyOf(check))
    if (!isWanted) return
    const { output, text } = this.o
    if (output.json) await output.event({ type: 'problem', ...check })
    else if (check.state === 'error') output.warn(text(check))
    else output.say(text(check))
  }
}

function keyOf({ code, about }: Check): string {
  return `${code} ${about ?? ''}`
}
