import { isHoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { Random } from '../../ports/random.ts'
import type { Wait } from '../../ports/wait.ts'
import { later, nothingToCancel } from '../later.ts'
import type { Cancel } from '../later.ts'
import type { Connection } from '../../net/connection.ts'
import { Backoff } from '../../net/backoff.ts'
import type { MailInbox } from './mail-inbox.ts'
import type { MailKeys } from './mail-keys.ts'
import { openMailLine } from './mail-line.ts'
import type { MailLine } from './mail-line.ts'

export interface MailSessionOptions {
  readonly connection: Connection
  readonly inbox: MailInbox
  readonly keys: MailKeys
  /** Told once the relay has answered, to bring it what is for others. */
  readonly wait: Wait
  readonly random: Random
  readonly onLine: (line: MailLine) => Promise<void>
  readonly onProblem: (code: ErrorCode) => void
}

/** One connection to an own relay, as far as mail goes: subscribes, collects, keeps keys there, and collects again at each notice. */
export class MailSession {
  private readonly o: MailSessionOptions
  private readonly backoff: Backoff
  private line: MailLine | undefined
  private cancel: Cancel = nothingToCancel
  private isWanted = true
  private running: Promise<void> | undefined
  private stopped = false

  constructor(options: MailSessionOptions) {
    this.o = options
    this.backoff = new Backoff(options.random, 1_000, 5 * 60_000)
    this.wake()
  }

  /** Something may have arrived, or can be dealt with now. */
  wake(): void {
    if (this.stopped) return
    this.isWanted = true
    this.cancel()
    this.running ??= this.run().finally(() => (this.running = undefined))
  }

  /** Resolves when what was there has been dealt with, or could not be. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running
  }

  stop(): void {
    this.stopped = true
    this.cancel()
    this.line?.close()
  }

  private async run(): Promise<void> {
    while (this.isWanted && !this.stopped) {
      this.isWanted = false
      try {
        const again = await this.round()
        if (again) this.again()
        else this.backoff.reset()
      } catch (error) {
        if (this.stopped) return
        const code = isHoldfastError(error) ? error.code : 'INTERNAL'
        if (!isGone(code)) this.o.onProblem(code)
        this.line?.close()
        this.line = undefined
        this.again(isHoldfastError(error) ? error.waitMs : undefined)
      }
    }
  }

  private async round(): Promise<boolean> {
    const { inbox, keys } = this.o
    const isNew = this.line === undefined
    const line = (this.line ??= await this.open())
    if (isNew) await line.ask({ kind: 'subscribe' })
    const again = await inbox.collect(line)
    await keys.topUp(line)
    if (isNew) await this.o.onLine(line)
    return again
  }

  private async open(): Promise<MailLine> {
    const line = await openMailLine(this.o.connection)
    line.onNotice(() => this.wake())
    void line.closed.then(() => {
      if (this.line !== line) return
      this.line = undefined
      this.again()
    })
    return line
  }

  private again(waitMs?: number): void {
    if (this.stopped) return
    this.cancel()
    this.cancel = later(this.o.wait, Math.max(waitMs ?? 0, this.backoff.next()), () => this.wake())
  }
}

/** Said of the connection, which others watch; REFUSED by a relay that has not taken this account in (yet). */
function isGone(code: ErrorCode): boolean {
  return code === 'DISCONNECTED' || code === 'ABORTED' || code === 'TIMEOUT' || code === 'REFUSED'
}
