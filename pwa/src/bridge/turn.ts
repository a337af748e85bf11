const LOCK = 'holdfast/open'
const CHANNEL = 'holdfast/turn'
const PLEASE = 'please'
/** From a tab that had the vault a moment ago and was loaded again: another one that is looked at has come between. */
const MINE_AGAIN = 'mine again'
/** Set while a page is left, and only then: a tab that is copied is not the one that had it. */
const LEFT = 'holdfast.turn'

export interface TurnEvents {
  /** This tab may have the vault open now. */
  onMine(): void
  /** Another tab has it; this one waits in line. */
  onElsewhere(): void
  /** Whether somebody works with the vault here. */
  isUsed(): boolean
  /** Another tab asks for it: to resolve once nothing is open here any more. */
  onAsked(): Promise<void>
}

/** Which tab of this browser has the vault open: the one that holds a Web Lock, and the next in line when it closes or is asked to. */
export class Turn {
  readonly #events: TurnEvents
  readonly #channel = new BroadcastChannel(CHANNEL)
  #release: (() => void) | undefined

  constructor(events: TurnEvents) {
    this.#events = events
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      const isWanted = data === PLEASE || (data === MINE_AGAIN && !this.#events.isUsed())
      if (isWanted && this.#release !== undefined) void this.#give()
    }
    addEventListener('pagehide', () => remember(this.#release !== undefined))
    void this.#take(wasMine())
  }

  /** Asks the tab that has it. */
  ask(): void {
    if (this.#release === undefined) this.#channel.postMessage(PLEASE)
  }

  async #take(wasMine: boolean): Promise<void> {
    const isFree = await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (lock === null) return false
      void this.#wait() // in line before it is free again, so that nobody comes between
      return true
    })
    if (isFree) return
    this.#events.onElsewhere()
    this.#queue()
    if (wasMine) this.#channel.postMessage(MINE_AGAIN)
  }

  /** In line only while it is looked at: one that nobody sees would take the place of a tab that is just being loaded again. */
  #queue(): void {
    let line: AbortController | undefined
    const follow = (): void => {
      if (document.visibilityState !== 'visible') {
        line?.abort()
        line = undefined
      } else if (line === undefined) {
        line = new AbortController()
        void this.#wait(line.signal, () => document.removeEventListener('visibilitychange', follow))
      }
    }
    document.addEventListener('visibilitychange', follow)
    follow()
  }

  async #wait(signal?: AbortSignal, onTurn?: () => void): Promise<void> {
    const hold = (): Promise<void> =>
      new Promise((release) => {
        onTurn?.()
        this.#release = release
        this.#events.onMine()
      })
    try {
      await navigator.locks.request(LOCK, signal === undefined ? {} : { signal }, hold)
    } catch (error) {
      if (signal?.aborted !== true) throw error
    }
  }

  async #give(): Promise<void> {
    const release = this.#release!
    this.#release = undefined
    await this.#events.onAsked()
    this.#queue() // behind whoever asked
    release()
    this.#events.onElsewhere()
  }
}

function remember(isMine: boolean): void {
  try {
    if (isMine) sessionStorage.setItem(LEFT, '1')
  } catch {
    // Where nothing can be stored the tab waits for its turn, as any other.
  }
}

function wasMine(): boolean {
  try {
    const was = sessionStorage.getItem(LEFT) !== null
    sessionStorage.removeItem(LEFT)
    return was
  } catch {
    return false
  }
}
