import { isHoldfastError } from '@holdfast/core/base/errors'
import type { Engine } from '@holdfast/core/engine/engine'
import type { Home } from '@holdfast/core/home/home'
import { ListsFirst } from './lists-first.ts'
import { boundBytes } from './storage.ts'

/** How long this device may have been out of sight before its connections are taken for dead. */
const HIDDEN_MS = 20_000
/** How long a device that was just let in waits for what the others have. */
const FIRST_EXCHANGE_MS = 15_000
/** Connecting waits for what a person looks at first, but not longer, and for a moment in which nothing is asked. */
const FIRST_LOOK_MS = 2000
const QUIET_MS = 100
/** Changes are told at most so often. */
const CHANGED_EVERY_MS = 250

/** One opened vault at work, until it is locked. */
export class Session {
  readonly home: Home
  readonly engine: Engine
  readonly #listsFirst: ListsFirst
  readonly #ended = new AbortController()
  readonly #unwatch: () => void
  readonly #looking: ReturnType<typeof setInterval>
  readonly #onChange: () => void
  #seen = ''
  #soon: ReturnType<typeof setTimeout> | undefined
  #hiddenMs: number | undefined
  #isPaused = false
  #looks = 0
  #waiting: (() => void)[] = []
  /** Until it is time to connect. */
  #connectSoon: ReturnType<typeof setTimeout> | undefined
  #closing: Promise<void> | undefined

  /** Shows what is here at once; connections are made behind it. */
  static async start(home: Home, onChange: () => void): Promise<Session> {
    const { Engine: Started } = await import('@holdfast/core/engine/engine')
    const listsFirst = new ListsFirst(home.wait)
    const turn = (): Promise<void> => listsFirst.turn()
    const engine = await Started.start(home, { pull: false, boundBytes, throughRelays: true, turn })
    return new Session(home, engine, listsFirst, onChange)
  }

  private constructor(home: Home, engine: Engine, listsFirst: ListsFirst, onChange: () => void) {
    this.home = home
    this.engine = engine
    this.#listsFirst = listsFirst
    this.#onChange = onChange
    this.#unwatch = engine.onChange(() => this.changed())
    this.#looking = setInterval(() => this.#look(), CHANGED_EVERY_MS)
    this.#connectIn(FIRST_LOOK_MS)
  }

  /** Loading libp2p and shaking hands would make the first screen wait: they begin when what it asks for is answered. */
  async first<T>(look: () => Promise<T>): Promise<T> {
    this.#looks++
    if (this.#connectSoon !== undefined) this.#connectIn(FIRST_LOOK_MS)
    try {
      return await look()
    } finally {
      this.#looks--
      if (this.#looks === 0) this.#letOn()
      if (this.#looks === 0 && this.#connectSoon !== undefined) this.#connectIn(QUIET_MS)
    }
  }

  /** A list: a look at everything waits until it has been read. */
  list<T>(read: () => Promise<T>): Promise<T> {
    return this.#listsFirst.list(() => this.first(read))
  }

  /** Just after the vault was opened: resolves when what is looked at first has been answered. Later at once. */
  afterFirst(): Promise<void> {
    if (this.#looks === 0 || this.#connectSoon === undefined) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** What was begun in it ends with it, or when whoever asked for it no longer wants it. */
  signalFor(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#ended.signal])
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Names, members and relays come at once, as far as somebody answers: until then nothing could be written. */
  async firstExchange(signal: AbortSignal): Promise<void> {
    const enough = AbortSignal.any([signal, AbortSignal.timeout(FIRST_EXCHANGE_MS)])
    await this.engine.syncOnce({ signal: enough }).catch((error: unknown) => {
      // The device is paired all the same: it catches up with whoever it meets first.
      if (!isHoldfastError(error)) throw error
    })
  }

  changed(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      this.#onChange()
    }, CHANGED_EVERY_MS)
  }

  async pause(isPaused: boolean): Promise<void> {
    this.#isPaused = isPaused
    if (isPaused) {
      this.#connectNoMore()
      await this.engine.goOffline()
    } else this.#connect()
    this.changed()
  }

  /** A browser lets connections die unseen while it is in the background. */
  visible(isVisible: boolean): void {
    if (!isVisible) {
      this.#hiddenMs ??= this.home.clock.monotonicMs()
      return
    }
    const hiddenForMs = this.home.clock.monotonicMs() - (this.#hiddenMs ?? Infinity)
    this.#hiddenMs = undefined
    if (this.#isPaused || this.#closing !== undefined) return
    if (hiddenForMs >= HIDDEN_MS) this.networkChanged()
    else if (this.engine.isOnline) void this.engine.network.attemptAll()
  }

  /** Nobody closes connections of a network that is gone: they would look open for minutes. */
  networkChanged(): void {
    if (this.#isPaused || this.#closing !== undefined) return
    void this.engine.goOffline().then(() => this.#connect())
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#ended.abort()
      this.#unwatch()
      clearInterval(this.#looking)
      clearTimeout(this.#soon)
      this.#connectNoMore()
      try {
        await this.engine.stop()
      } finally {
        await this.home.close()
      }
    })()
    return this.#closing
  }

  /** Blobs come and go in thousands, and nobody tells of each. */
  #look(): void {
    const { receivedBytes, sentBytes } = this.engine.traffic()
    const { said, forgotten } = this.home.replica.peers
    const now = [receivedBytes, sentBytes, said, forgotten, this.engine.exchange.wanted.size].join()
    if (now !== this.#seen) this.changed()
    this.#seen = now
  }

  #connectIn(ms: number): void {
    clearTimeout(this.#connectSoon)
    this.#connectSoon = setTimeout(() => this.#connect(), ms)
  }

  #connectNoMore(): void {
    clearTimeout(this.#connectSoon)
    this.#connectSoon = undefined
    this.#letOn()
  }

  #letOn(): void {
    for (const goOn of this.#waiting.splice(0)) goOn()
  }

  #connect(): void {
    this.#connectNoMore()
    if (this.#closing !== undefined || this.#isPaused) return
    // Why not is shown by `status`; without a network it is tried again and again.
    this.engine.goOnline().catch(() => undefined)
  }
}
