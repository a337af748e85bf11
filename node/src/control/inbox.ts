import { HoldfastError } from '@holdfast/core/base/errors'

/** Frames asked for ahead, so that the next is on its way while one is used. */
const AHEAD = 4

/** Standard input as it arrives: the other side sends a piece only when it was asked for one, so no more than AHEAD lie here. */
export class Inbox {
  private readonly askMore: () => void
  private readonly pieces: Uint8Array[] = []
  private asked = 0
  private started = false
  private ended = false
  private error: Error | undefined
  private wake: (() => void) | undefined

  constructor(askMore: () => void) {
    this.askMore = askMore
  }

  /** Throws MALFORMED for a piece nobody asked for. */
  put(piece: Uint8Array): void {
    if (this.asked === 0 || this.ended) throw new HoldfastError('MALFORMED', 'input nobody asked for')
    this.asked -= 1
    this.pieces.push(piece)
    this.wake?.()
  }

  end(): void {
    this.ended = true
    this.wake?.()
  }

  fail(error: Error): void {
    this.error ??= error
    this.wake?.()
  }

  async *read(): AsyncGenerator<Uint8Array> {
    if (this.started) throw new HoldfastError('INTERNAL', 'standard input is read once')
    this.started = true
    for (;;) {
      if (this.error !== undefined) throw this.error
      while (!this.ended && this.asked + this.pieces.length < AHEAD) this.request()
      const piece = this.pieces.shift()
      if (piece !== undefined) yield piece
      else if (this.ended) return
      else await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }

  private request(): void {
    this.asked += 1
    this.askMore()
  }
}
