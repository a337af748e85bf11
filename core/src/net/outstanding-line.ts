import { HoldfastError } from '../base/errors.ts'

/**
 * Bounds what is outstanding at once, in bytes and in number; who comes later waits in line. One that is larger than
 * the whole bound goes alone.
 */
export class OutstandingLine {
  private readonly maxBytes: number
  private readonly maxCount: number
  private bytes = 0
  private count = 0
  private readonly waiting = new Set<Waiting>()
  private ended: HoldfastError | undefined

  constructor(maxBytes: number, maxCount: number) {
    this.maxBytes = maxBytes
    this.maxCount = maxCount
  }

  /** Takes room if there is some and nobody waits for it; `leave` gives it back. */
  tryEnter(bytes: number): boolean {
    if (this.ended !== undefined || this.waiting.size > 0 || !this.fits(bytes)) return false
    this.take(bytes)
    return true
  }

  /** Waits in line for room. Rejects ABORTED, or what `end` was given. */
  async enter(bytes: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) throw new HoldfastError('ABORTED')
    if (this.ended !== undefined) throw this.ended
    await this.wait(bytes, signal)
  }

  leave(bytes: number): void {
    this.bytes -= bytes
    this.count -= 1
    this.admit()
  }

  end(reason: HoldfastError): void {
    this.ended = reason
    for (const one of this.waiting) one.reject(reason)
  }

  private wait(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const forget = (): void => {
        this.waiting.delete(one)
        signal?.removeEventListener('abort', onAbort)
      }
      const one: Waiting = {
        bytes,
        resolve: () => (forget(), resolve()),
        reject: (error) => (forget(), reject(error))
      }
      const onAbort = (): void => {
        one.reject(new HoldfastError('ABORTED'))
        this.admit()
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.waiting.add(one)
    })
  }

  private admit(): void {
    for (const one of this.waiting) {
      if (!this.fits(one.bytes)) return
      this.take(one.bytes)
      one.resolve()
    }
  }

  private fits(bytes: number): boolean {
    return this.count === 0 || (this.count < this.maxCount && this.bytes + bytes <= this.maxBytes)
  }

  private take(bytes: number): void {
    this.bytes += bytes
    this.count += 1
  }
}

interface Waiting {
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: HoldfastError) => void
}
