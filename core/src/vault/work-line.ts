/** Work in flight, so many at once. The first failure is thrown by whatever is awaited next; what runs goes on. */
export class WorkLine {
  private readonly most: number
  private running = 0
  private failure: { error: unknown } | undefined
  /** Woken one by one as places become free. */
  private readonly waiting: (() => void)[] = []
  private readonly idle: (() => void)[] = []

  constructor(most: number) {
    this.most = most
  }

  /** Begins the work when there is a place for it; does not wait for its end. */
  async add(work: () => Promise<void>): Promise<void> {
    if (this.running >= this.most) await new Promise<void>((go) => this.waiting.push(go))
    else this.running++
    try {
      this.check()
    } catch (error) {
      this.leave()
      throw error
    }
    void work().then(
      () => this.leave(),
      (error: unknown) => {
        this.failure ??= { error }
        this.leave()
      }
    )
  }

  /** Resolves when nothing runs any more; never rejects. */
  async settled(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.idle.push(resolve))
  }

  /** Resolves when everything has ended well. */
  async empty(): Promise<void> {
    await this.settled()
    this.check()
  }

  /** The place goes to who has waited longest. */
  private leave(): void {
    const next = this.waiting.shift()
    if (next !== undefined) return next()
    this.running--
    if (this.running === 0) for (const resolve of this.idle.splice(0)) resolve()
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure.error
  }
}
