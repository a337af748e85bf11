import { isForBrowsers } from '@holdfast/core/base/browser-address'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { MeetingPlaces } from '@holdfast/core/engine/account/typed-link'
import type { Home } from '@holdfast/core/home/home'
import { forgetPendingKit, pendingKit } from '@holdfast/core/home/pending-kit'
import type { ServedIo, Served } from '../bridge/server.ts'
import type { Calls, Marker, ToPage, ToWorker } from '../bridge/messages.ts'
import type { AddResult, AppState, Recovered, RecoveryKit, StorageState, Transfers } from '../bridge/vault-worker.ts'
import { IdbHomePlace } from '../store/home-place.ts'
import { addFiles } from './add.ts'
import { Asleep } from './asleep.ts'
import { keepPath, keptPaths } from './keep.ts'
import { assertKnownAnswers } from './known-answers.ts'
import { webPlatform } from './platform.ts'
import { readRange } from './read.ts'
import { runOperation } from './run.ts'
import { Session } from './session.ts'
import { storageOf } from './storage.ts'
import { transfersOf } from './transfers.ts'

export interface HostOptions {
  /** Hashing is loaded. */
  readonly ready: Promise<void>
  readonly say: (message: ToPage) => void
}

/** What the page may do with the vault of this origin, done. One opens, closes or erases at a time. */
export class Host implements Served {
  readonly #o: HostOptions
  readonly #place = new IdbHomePlace(() => this.#lost())
  readonly #asleep = new Asleep(this.#place)
  #state: AppState = { phase: 'starting' }
  #device: string | undefined
  #session: Session | undefined
  #last: Promise<unknown> = Promise.resolve()
  #beat: ReturnType<typeof setInterval> | undefined

  constructor(options: HostOptions) {
    this.#o = options
  }

  start({ marker, death, rtc }: Extract<ToWorker, { kind: 'start' }>): void {
    // Held for as long as this worker lives: the page hears of its end by it.
    void navigator.locks.request(death, () => new Promise(() => undefined))
    void this.#alone(async () => {
      try {
        const { installPeerConnection } = await import('../net/worker-rtc.ts')
        installPeerConnection(rtc)
        await this.#o.ready
        await this.#look(marker)
      } catch (error) {
        if (!isHoldfastError(error)) console.error(error)
        this.#say({ phase: 'failed', code: isHoldfastError(error) ? error.code : 'INTERNAL' })
      }
    })
  }

  create({ name, passphrase }: Calls['create']['args']): Promise<void> {
    return this.#alone(async () => {
      await this.#prepare()
      const { initHome } = await import('@holdfast/core/home/init')
      const { home } = await initHome(this.#place, webPlatform, { name, passphrase, keepsKit: true })
      await this.#open(home)
    })
  }

  async pendingKit(): Promise<RecoveryKit> {
    const { home, engine } = this.#opened()
    const words = await pendingKit(this.#place, home.secrets)
    if (words === undefined) throw new HoldfastError('NOT_FOUND')
    const { encodeRecoveryKit } = await import('@holdfast/core/vault/recovery-kit')
    return { words: words.split(' '), text: encodeRecoveryKit({ words, relays: engine.relays() }) }
  }

  kitProved(): Promise<void> {
    return this.#alone(async () => {
      this.#opened()
      await forgetPendingKit(this.#place)
      this.#say({ phase: 'open' })
    })
  }

  join({ name, invitation }: Calls['join']['args'], io: ServedIo): Promise<void> {
    return this.#alone(async () => {
      const { joinByLink } = await import('@holdfast/core/engine/account/pairing')
      const link = await meetingOf(invitation)
      await this.#assertFree()
      const { signal } = io
      const { home } = await joinByLink(this.#place, webPlatform, link, {
        name,
        signal,
        showWords: (words) => io.words(words),
        newHome: async () => {
          const device = await io.newDevice()
          await this.#place.erase()
          return device
        }
      }).catch((error: unknown) => {
        throw signal.aborted ? new HoldfastError('ABORTED') : error
      })
      await this.#open(home, (session) => session.firstExchange(signal))
    })
  }

  async consider({ invitation }: Calls['consider']['args']): Promise<void> {
    await meetingOf(invitation)
  }

  async considerKit(given: Calls['considerKit']['args']): Promise<void> {
    const { kitGiven } = await import('./recover.ts')
    await kitGiven(given)
  }

  recover(given: Calls['recover']['args'], { signal }: ServedIo): Promise<Recovered> {
    return this.#alone(async () => {
      const { recoverHere } = await import('./recover.ts')
      await this.#assertFree()
      // One that was broken off goes on with the keys it had made.
      if ((await this.#place.read('unfinished')) === undefined) await this.#place.erase()
      const { home, missing } = await recoverHere(this.#place, given, given, signal)
      await this.#open(home, (session) => session.firstExchange(signal))
      return { missing }
    })
  }

  unlock({ passphrase }: Calls['unlock']['args']): Promise<void> {
    return this.#alone(async () => {
      if (this.#session !== undefined) return
      try {
        await this.#open(await this.#asleep.unlock(passphrase))
      } catch (error) {
        if (isHoldfastError(error) && !PASSING.has(error.code)) this.#say({ phase: 'failed', code: error.code })
        throw error
      }
    })
  }

  lock(): Promise<void> {
    return this.#alone(async () => {
      if (this.#session === undefined) return
      await this.#close()
      this.#sleep()
    })
  }

  erase(): Promise<void> {
    return this.#alone(async () => {
      await this.#close()
      await this.#asleep.putDown()
      await this.#place.erase()
      this.#mark(null)
      this.#say({ phase: 'empty' })
    })
  }

  async run({ operation, args, asks }: Calls['run']['args'], io: ServedIo): Promise<void> {
    const session = this.#opened()
    // It walks through all there is: whoever waits for a list would wait for that, too.
    if (operation === 'status') await session.afterFirst()
    const run = (): Promise<void> => runOperation(session.engine, operation, args, { ...within(session, io), asks })
    return operation === 'ls' ? session.list(run) : session.first(run)
  }

  async add({ files }: Calls['add']['args'], io: ServedIo): Promise<AddResult> {
    const session = this.#opened()
    const { engine } = session
    try {
      return await addFiles(engine, files, within(session, io)).catch(async (error: unknown) => {
        if (!isHoldfastError(error, 'STORE_FULL')) throw error
        const bytes = files.reduce((sum, { file }) => sum + file.size, 0)
        if (((await engine.keeping?.makeRoom(bytes)) ?? 0) === 0) throw error
        return addFiles(engine, files, within(session, io))
      })
    } finally {
      session.changed()
    }
  }

  read({ path, start, end, version }: Calls['read']['args'], { signal }: ServedIo): Promise<Uint8Array<ArrayBuffer>> {
    const session = this.#opened()
    return readRange(session.engine, path, { start, end, version }, session.signalFor(signal))
  }

  async keep({ path, isKept }: Calls['keep']['args']): Promise<void> {
    const session = this.#opened()
    await keepPath(session.engine, path, isKept)
    session.changed()
  }

  async kept(): Promise<readonly string[]> {
    return keptPaths(this.#opened().engine)
  }

  async transfers(): Promise<Transfers> {
    return transfersOf(this.#opened())
  }

  pause({ isPaused }: Calls['pause']['args']): Promise<void> {
    return this.#opened().pause(isPaused)
  }

  storage(): Promise<StorageState> {
    return storageOf(this.#session)
  }

  visible(isVisible: boolean): void {
    this.#session?.visible(isVisible)
    if (isVisible) void this.#lookAgain()
  }

  networkChanged(): void {
    this.#session?.networkChanged()
  }

  async #look(marker: Marker | undefined): Promise<void> {
    const found = await this.#place.look()
    this.#device = found === 'nothing' ? marker?.device : await deviceIn(this.#place)
    this.#device ??= marker?.device
    if (found === 'home') this.#sleep()
    else if (found === 'remains' || marker !== undefined) this.#say({ phase: 'missing' })
    else this.#say({ phase: 'empty' })
  }

  /** Before a new home is made: whatever lies here is nobody's any more. */
  async #prepare(): Promise<void> {
    await this.#assertFree()
    await this.#place.erase()
  }

  async #assertFree(): Promise<void> {
    if (this.#session !== undefined || (await this.#place.look()) === 'home') throw new HoldfastError('HOME_EXISTS')
    await assertKnownAnswers()
    // Where a part of a home was cleared, the others may still be held open.
    await this.#asleep.putDown()
  }

  async #open(home: Home, first?: (session: Session) => Promise<void>): Promise<void> {
    const session = await Session.start(home, () => this.#o.say({ kind: 'changed' })).catch(async (error: unknown) => {
      await home.close()
      throw error
    })
    this.#session = session
    try {
      await first?.(session)
      // It was cleared meanwhile, and that has been said.
      if (this.#session !== session) throw new HoldfastError('STORE_CLOSED')
    } catch (error) {
      if (this.#session === session) {
        await this.#close()
        // The home is there: it can be unlocked.
        this.#sleep()
      }
      throw error
    }
    this.#beat = setInterval(() => void this.#lookAgain(), LOOK_AGAIN_MS)
    this.#device = home.settings.name
    this.#mark({ device: home.settings.name })
    const isKitPending = (await pendingKit(this.#place, home.secrets)) !== undefined
    this.#say({ phase: 'open', ...(isKitPending && { isKitPending }) })
  }

  #sleep(): void {
    this.#say({ phase: 'locked' })
    this.#asleep.read()
  }

  async #close(): Promise<void> {
    clearInterval(this.#beat)
    const session = this.#session
    this.#session = undefined
    await session?.close()
  }

  /** The browser, or a person in its settings, has cleared what was open. */
  #lost(): void {
    clearInterval(this.#beat)
    const session = this.#session
    this.#session = undefined
    void session?.close().catch(() => undefined)
    // What is made here next must not meet the databases that are gone.
    void this.#alone(async () => {
      await this.#asleep.putDown().catch(() => undefined)
      await this.#place.close()
    }).catch(() => undefined)
    if (this.#state.phase !== 'starting') this.#say({ phase: 'missing' })
  }

  /** Between calls, so that what is being erased is not taken for lost. */
  #lookAgain(): Promise<void> {
    return this.#alone(async () => {
      const isThere = this.#session === undefined || (await this.#place.isThere().catch(() => true))
      if (!isThere) this.#lost()
    })
  }

  #opened(): Session {
    if (this.#session === undefined) throw new HoldfastError('LOCKED')
    return this.#session
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }

  #mark(marker: Marker | null): void {
    this.#o.say({ kind: 'mark', marker })
  }

  #say(state: AppState): void {
    const device = this.#device
    this.#state = device === undefined || state.phase === 'empty' ? state : { ...state, device }
    this.#o.say({ kind: 'state', state: this.#state })
  }
}

/** How soon it is noticed that an idle vault was cleared. */
const LOOK_AGAIN_MS = 10_000

/** After these it may be tried again as it is. */
const PASSING: ReadonlySet<string> = new Set(['WRONG_PASSPHRASE', 'LOCKED', 'IN_USE', 'ABORTED'])

/** Throws NOT_FOR_BROWSERS where it leads only to what no page can dial: otherwise it would be tried for long, and in vain. */
async function meetingOf(invitation: string): Promise<MeetingPlaces> {
  const { meetingFromText } = await import('@holdfast/core/engine/account/typed-link')
  const link = meetingFromText([invitation], [])
  if (!link.meetAt.some(({ addresses }) => addresses.some(isForBrowsers))) throw new HoldfastError('NOT_FOR_BROWSERS')
  return link
}

async function deviceIn(place: IdbHomePlace): Promise<string | undefined> {
  const { readSettings } = await import('@holdfast/core/home/settings')
  return readSettings(place).then(
    ({ name }) => name,
    () => undefined
  )
}

function within(session: Session, io: ServedIo): Pick<ServedIo, 'signal' | 'emit' | 'progress' | 'ask'> {
  return {
    signal: session.signalFor(io.signal),
    emit: (event) => io.emit(event),
    progress: (event) => io.progress(event),
    ask: (question) => io.ask(question)
  }
}
