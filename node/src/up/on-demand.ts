/** The part of an engine that connects and disconnects. */
export interface Connects {
  goOnline(): Promise<unknown>
  goOffline(): Promise<void>
}

/** Online only while somebody needs it: for `connect.autoConnect = false`. */
export class OnDemand {
  private readonly engine: Connects
  private users = 0
  private leaving: Promise<void> = Promise.resolve()

  constructor(engine: Connects) {
    this.engine = engine
  }

  async during(work: () => Promise<void>): Promise<void> {
    this.users++
    try {
      await this.leaving // two at once would ask for the same ports
      await this.engine.goOnline()
      await work()
    } finally {
      if (--this.users === 0) this.leaving = this.engine.goOffline().catch(() => undefined)
    }
  }
}
