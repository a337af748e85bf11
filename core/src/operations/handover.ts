/** From one who gives to one who takes, item by item: whoever gives waits until it was taken. */
export class Handover<T> implements AsyncIterable<T> {
  private waiting: { readonly item: T; readonly taken: () => void; readonly lost: (error: unknown) => void } | undefined
  private ended: { readonly error?: unknown } | undefined
  private refused: { readonly error: unknown } | undefined
  private wake: () => void = () => undefined

  /** Rejects with what the taker ended with. One at a time. */
  give(item: T): Promise<void> {
    if (this.refused !== undefined) return Promise.reject(this.refused.error as Error)
    return new Promise((taken, lost) => {
      this.waiting = { item, taken, lost }
      this.wake()
    })
  }

  end(): void {
    this.ended ??= {}
    this.wake()
  }

  /** Whoever takes gets the error in place of the next item. */
  fail(error: unknown): void {
    this.ended ??= { error }
    this.wake()
  }

  /** Whoever takes has stopped. */
  refuse(error: unknown): void {
    this.refused = { error }
    this.waiting?.lost(error)
    this.waiting = undefined
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    while (true) {
      const next = this.waiting
      if (next !== undefined) {
        this.waiting = undefined
        next.taken()
        yield next.item
      } else if (this.ended !== undefined) {
        if ('error' in this.ended) throw this.ended.error
        return
      } else await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }
}
