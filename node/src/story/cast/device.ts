import type { Child, ChildOptions, Ended, JsonEvent } from '../process/child.ts'
import { CommandFailed, eventOf, run, start, succeed } from '../process/programs.ts'
import { tell } from './ask.ts'
import type { Answer, CallOptions } from './ask.ts'

/** One device of an account: a home, and `holdfast up` as a process of its own while it is online. */
export class Device {
  readonly home: string
  readonly name: string
  private readonly passphraseFile: string
  private readonly making: readonly string[]
  private readonly staying: readonly string[]
  private process: Child | undefined
  private appAddress: string | undefined
  private isRetired = false

  /** `making`: further options of the command that makes the home; `staying`: those of `holdfast up`. */
  constructor(
    home: string,
    name: string,
    passphraseFile: string,
    making: readonly string[] = [],
    staying: readonly string[] = NO_APP
  ) {
    this.home = home
    this.name = name
    this.passphraseFile = passphraseFile
    this.making = making
    this.staying = staying
  }

  get isUp(): boolean {
    return this.process?.isRunning === true
  }

  get pid(): number | undefined {
    return this.process?.isRunning === true ? this.process.pid : undefined
  }

  /** Where it serves the app, while it is up. */
  get app(): string | undefined {
    return this.isUp ? this.appAddress : undefined
  }

  /** Makes an account with this device as its first; returns the recovery words. */
  async init(...options: readonly string[]): Promise<readonly string[]> {
    const { words } = eventOf(await this.run('init', ...options, ...this.newHome()), 'account')
    return words as readonly string[]
  }

  /** Becomes a further device of the account of `other`, by its link; returns the words to compare as each side showed them. */
  async join(other: Device): Promise<{ readonly here: string; readonly there: string }> {
    let offer: Promise<readonly JsonEvent[]> | undefined
    const link = await new Promise<string>((resolve, reject) => {
      const onEvent = ({ type, link }: JsonEvent): void => {
        if (type === 'link') resolve(String(link))
      }
      offer = other.does('pair', { yes: true }, ['pair', '--yes'], onEvent)
      offer.then(() => reject(new Error(`${other.name} offered no link`)), reject)
    })
    const { events } = await this.run('pair', link, ...this.newHome())
    const offered = await offer!
    const wordsIn = (said: readonly JsonEvent[], type: string): string => wordsOf(said.find((one) => one.type === type))
    return { here: wordsIn(events, 'compare'), there: wordsIn(offered, 'candidate') }
  }

  /** Resolves when it answers commands; it is connecting then. */
  async goUp(): Promise<void> {
    assertPlaying(this.isRetired)
    this.process = start('holdfast', ['up', '--home', this.home, ...this.staying])
    const { app } = await this.process.event('ready')
    this.appAddress = typeof app === 'string' ? app : undefined
  }

  /** Resolves when it is gone; undefined when it was not up. */
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

  /** Until nothing is left to send or receive with whoever can be reached. */
  async sync(options: ChildOptions = {}): Promise<JsonEvent> {
    const events = await this.does('sync', {}, ['sync', '--once'], options.onEvent)
    return eventOf({ events }, 'done')
  }

  async status(): Promise<JsonEvent> {
    return eventOf({ events: await this.does('status', {}, ['status']) }, 'status')
  }

  /** Every name with what is there, as one text: alike on two devices that show the same. */
  async listing(): Promise<string> {
    const events = await this.does('ls', { path: '/', recursive: true }, ['ls', '/', '-R'])
    return events
      .filter(({ type }) => type === 'file')
      .map(({ path, kind, bytes, mtime }) => JSON.stringify([path, kind, bytes, mtime]))
      .sort()
      .join('\n')
  }

  async conflicts(): Promise<readonly JsonEvent[]> {
    return (await this.does('conflicts', {}, ['conflicts'])).filter(({ type }) => type === 'conflict')
  }

  /** Contents of a folder, or a file, into a folder of the vault. Files that could not be read are left out and said. */
  async add(from: string, to: string, options: ChildOptions = {}): Promise<Ended> {
    const args = ['add', from, '--to', to, '--home', this.home]
    const ended = await run('holdfast', args, options)
    if (ended.code === 0 || ended.code === PARTLY_DONE) return ended
    throw new CommandFailed('holdfast', args, ended)
  }

  run(command: string, ...args: readonly string[]): Promise<Ended> {
    return this.with({}, command, ...args)
  }

  with(options: ChildOptions = {}, command: string, ...args: readonly string[]): Promise<Ended> {
    return succeed('holdfast', [command, ...args, '--home', this.home], options)
  }

  /** Tells its process, which has to be up, what a command would tell it. Throws the operation's own error. */
  async call(
    op: string,
    args: unknown = {},
    onEvent?: (event: JsonEvent) => void,
    options?: CallOptions
  ): Promise<readonly JsonEvent[]> {
    const { events, failure } = await this.answer(op, args, onEvent, options)
    if (failure !== undefined)
      throw new Error(`${this.name}: ${op}: ${failure.code} ${failure.message}`, { cause: failure })
    return events
  }

  /** The same, but what it did not do is for the caller to judge. */
  async answer(
    op: string,
    args: unknown = {},
    onEvent?: (event: JsonEvent) => void,
    options?: CallOptions
  ): Promise<Answer> {
    let answer = await tell(this.home, op, args, onEvent, options)
    // A call that was not taken did nothing: the process was busy, on a machine that is.
    for (let n = 1; n < TRIES && answer?.failure?.code === 'IN_USE'; n++)
      answer = await tell(this.home, op, args, onEvent, options)
    if (answer === undefined) throw new Error(`${this.name} does not answer (${op})`)
    return answer
  }

  /** By its process when it is up, else by a command. */
  private async does(
    op: string,
    args: unknown,
    command: readonly [string, ...string[]],
    onEvent?: (event: JsonEvent) => void
  ): Promise<readonly JsonEvent[]> {
    if (this.isUp) return this.call(op, args, onEvent)
    return (await this.with(onEvent === undefined ? {} : { onEvent }, ...command)).events
  }

  private newHome(): string[] {
    return ['--name', this.name, '--passphrase-file', this.passphraseFile, ...this.making]
  }
}

/** Many of them on one machine need not hold a port each. */
const NO_APP: readonly string[] = ['--no-app']

const PARTLY_DONE = 3
const TRIES = 6

/** Throws when it was told to go down for good. */
export function assertPlaying(isRetired: boolean): void {
  if (isRetired) throw new Error('It is over.')
}

const wordsOf = (event: JsonEvent | undefined): string => ((event?.['words'] ?? []) as string[]).join(' ')

/** A round brings what the next has to pass on; two devices that met all their peers need very few. */
const ROUNDS = 8

/** Syncs devices until all of them show the same names, sizes and times. */
export async function converge(...devices: readonly Device[]): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const device of devices) await device.sync()
    const listings = await Promise.all(devices.map((device) => device.listing()))
    if (new Set(listings).size === 1) return
  }
  throw new Error('The devices do not show the same, although they exchanged everything.')
}
