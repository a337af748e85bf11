import { eventOf, start, succeed } from '../process/programs.ts'
import { tell } from './ask.ts'
import { assertPlaying } from './device.ts'
import type { Child, Ended, JsonEvent } from '../process/child.ts'

/** A relay as a process of its own. */
export class Pi {
  readonly home: string
  private readonly flags: readonly string[]
  readonly name: string
  private process: Child | undefined
  private isRetired = false

  /** `announce`: what it tells others instead of the addresses where it listens. */
  constructor(home: string, listen: readonly string[], name = 'pi', announce: readonly string[] = []) {
    this.home = home
    const flag = (name: string, values: readonly string[]): string[] => values.flatMap((value) => [name, value])
    this.flags = [...flag('--listen', listen), ...flag('--announce', announce)]
    this.name = name
  }

  get isUp(): boolean {
    return this.process?.isRunning === true
  }

  get pid(): number | undefined {
    return this.process?.isRunning === true ? this.process.pid : undefined
  }

  /** Resolves with its addresses when it listens. */
  async goUp(): Promise<readonly string[]> {
    assertPlaying(this.isRetired)
    const process = start('holdfast-relay', ['serve', '--home', this.home, '--name', this.name, ...this.flags])
    this.process = process
    const { addresses } = await process.event('ready')
    return addresses as readonly string[]
  }

  /** Resolves when it is gone. SIGKILL is what a power cut is to a process. */
  async goDown(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended | undefined> {
    const ended = await this.process?.stop(signal)
    this.process = undefined
    return ended
  }

  /** Goes down for good: whoever is still in the middle of something brings it up no more. */
  async retire(): Promise<void> {
    this.isRetired = true
    await this.goDown()
  }

  async invite(): Promise<string> {
    return (await this.does('invite', 'invite'))['code'] as string
  }

  async status(): Promise<JsonEvent> {
    return this.does('status', 'status')
  }

  /** Every blob and entry hashed again. */
  async verify(): Promise<JsonEvent> {
    return this.does('verify', 'verified')
  }

  /** By its process when it is up, as a command tells it, else by a command. */
  private async does(op: string, type: string): Promise<JsonEvent> {
    if (!this.isUp) return eventOf(await this.run(op), type)
    const answer = await tell(this.home, op)
    if (answer === undefined) throw new Error(`the relay ${this.name} does not answer (${op})`)
    if (answer.failure !== undefined) throw answer.failure
    return eventOf(answer, type)
  }

  run(command: string, ...args: readonly string[]): ReturnType<typeof succeed> {
    return succeed('holdfast-relay', [command, ...args, '--home', this.home])
  }
}
