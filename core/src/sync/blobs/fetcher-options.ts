import type { HoldfastError } from '../../base/errors.ts'
import type { BlobId, DeviceId } from '../../base/ids.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { Wait } from '../../ports/wait.ts'
import type { Damaged } from '../store/damaged.ts'

export interface FetcherOptions {
  readonly blobs: BlobStore
  readonly wait: Wait
  /** Bound on the bytes asked for at once on one link. */
  readonly maxOutstandingBytes?: number
  readonly damaged?: Damaged
  /**
   * Told of an answer's body when nobody reads or keeps it any more: its memory may be used again. Only where the store
   * keeps nothing of what it was given once `put` has resolved.
   */
  readonly releaseBody?: (body: Uint8Array) => void
  /** A wanted blob is here and durable. */
  readonly onStored?: (id: BlobId, sizeBytes: number) => void
  /** No source there is now gives this blob, which is wanted in the background. */
  readonly onMissing?: (id: BlobId) => void
  /** A peer sent something provably wrong (PEER_LIES), or what came could not be stored (`peer` null). */
  readonly onProblem?: (error: HoldfastError, peer: DeviceId | null) => void
}

export interface FetchOptions {
  readonly signal?: AbortSignal
  /** The copy here is damaged: do not look at it, replace it. */
  readonly replace?: boolean
}
