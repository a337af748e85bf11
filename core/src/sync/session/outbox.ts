import { HoldfastError } from '../../base/errors.ts'
import { LIMITS } from '../../base/limits.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import { encodeMessage } from '../wire/messages.ts'
import type { Message } from '../wire/messages.ts'

/** Sends messages in order, each encoded when the one before is out of the way. A peer that does not read is cut off. */
export class Outbox {
  readonly #link: PeerLink
  readonly #onChanged: () => void
  readonly #onBroken: () => void
  #tail: Promise<void> = Promise.resolve()
  #unsent = 0

  constructor(link: PeerLink, on: { changed: () => void; broken: () => void }) {
    this.#link = link
    this.#onChanged = on.changed
    this.#onBroken = on.broken
  }

  get isEmpty(): boolean {
    return this.#unsent === 0
  }

  /** Resolves when the link has taken it. Rejects with what the link throws. */
  async send(message: Message): Promise<void> {
    if (this.#unsent >= LIMITS.sendQueue) {
      this.#onBroken()
      throw new HoldfastError('DISCONNECTED')
    }
    this.#unsent++
    const sent = this.#tail.then(() => this.#link.send(encodeMessage(message)))
    this.#tail = sent.catch(() => undefined)
    try {
      await sent
    } catch (error) {
      this.#onBroken()
      throw error
    } finally {
      this.#unsent--
      this.#onChanged()
    }
  }

  /** As `send`, for what nobody waits for. */
  post(message: Message): void {
    void this.send(message).catch(() => undefined)
  }
}
