import { HoldfastError } from '../../base/errors.ts'
import type { DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'

/** Bounds what questions of one peer hold here at once. One over the bound is refused at once: RATE_LIMITED. */
export class AnswerBudget {
  private readonly peers = new Map<DeviceId, { answers: number; bytes: number }>()

  async run<T>(peer: DeviceId, bytes: number, answer: () => Promise<T>): Promise<T> {
    const use = this.peers.get(peer) ?? { answers: 0, bytes: 0 }
    if (use.answers >= LIMITS.blobAnswersPerPeer || use.bytes + bytes > LIMITS.blobAnswerBytesPerPeer)
      throw new HoldfastError('RATE_LIMITED', undefined, { waitMs: WAIT_MS })
    use.answers += 1
    use.bytes += bytes
    this.peers.set(peer, use)
    try {
      return await answer()
    } finally {
      use.answers -= 1
      use.bytes -= bytes
      if (use.answers === 0) this.peers.delete(peer)
    }
  }
}

const WAIT_MS = 500
