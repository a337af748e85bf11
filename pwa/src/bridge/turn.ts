const LOCK = 'holdfast/open'
const CHANNEL = 'holdfast/turn'
const PLEASE = 'please'

export interface TurnEvents {
  /** This tab may have the vault open now. */
  onMine(): void
  /** Another tab has it; this one waits in line. */
  onElsewhere(): void
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
      if (data === PLEASE && this.#release !== undefined) void this.#give()
    }
    void this.#take()
  }

  /** Asks the tab that has it. */
  ask(): void {
    if (this.#release === undefined) this.#channel.postMessage(PLEASE)
  }

  async #take(): Promise<void> {
    const isFree = await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
      if (lock === null) return false
      void this.#wait() // in line before it is free again, so that nobody comes between
      return true
    })
    if (isFree) return
    this.#events.onElsewhere()
    void this.#wait()
  }

  #wait(): Promise<void> {
    return navigator.locks.request(
      LOCK,
      () =>
        new Promise<void>((release) => {
          this.#release = release
          this.#events.onMine()
        })
    )
  }

  async #give(): Promise<void> {
    const release = this.#release!
    this.#release = undefined
    await this.#events.onAsked()
    void this.#wait() // behind whoever asked
    release()
    this.#events.onElsewhere()
  }
}
