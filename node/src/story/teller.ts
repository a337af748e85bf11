import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Where the story is told: lines on standard output, with colours and moving progress only where somebody looks. */
export class Teller {
  readonly terminal = process.stdout.isTTY === true
  private readonly colors: boolean
  private readonly startMs = performance.now()
  private stepMs = performance.now()
  private moving = false
  private lastLineMs = performance.now()

  constructor(env: NodeJS.ProcessEnv = process.env) {
    const forced = (env['FORCE_COLOR'] ?? '0') !== '0'
    this.colors = forced || (this.terminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb')
  }

  paint(style: Style, text: string): string {
    return this.colors ? styleText(style, text, { validateStream: false }) : text
  }

  line(text = ''): void {
    this.clear()
    process.stdout.write(`${text}\n`)
  }

  /** A new act begins. */
  act(number: number, text: string): void {
    this.stepMs = performance.now()
    this.lastLineMs = this.stepMs
    this.line(`${this.paint(['bold', 'cyan'], ` ${number} `)}${this.paint('bold', text)}`)
  }

  /** Something that is true now. */
  fact(text: string): void {
    const seconds = ((performance.now() - this.stepMs) / 1000).toFixed(1).padStart(5)
    this.line(`${this.paint('dim', `${seconds} s`)}  ${text}`)
  }

  /** Something that was checked and held. */
  held(text: string): void {
    this.fact(`${this.paint('green', '✓')} ${text}`)
  }

  /** What belongs to the line above. */
  detail(text: string): void {
    this.line(`${' '.repeat(11)}${text}`)
  }

  /** How far a long piece of work is: in place on a terminal, else a line now and then. */
  progress(text: string): void {
    if (this.terminal) {
      process.stdout.write(`\r\u001b[K         ${text}`.slice(0, (process.stdout.columns ?? 80) + 3))
      this.moving = true
      return
    }
    if (performance.now() - this.lastLineMs < LINE_EVERY_MS) return
    this.lastLineMs = performance.now()
    this.line(`         ${text}`)
  }

  elapsedSeconds(): number {
    return (performance.now() - this.startMs) / 1000
  }

  private clear(): void {
    if (this.moving) process.stdout.write('\r\u001b[K')
    this.moving = false
  }
}

const LINE_EVERY_MS = 5000
