import type { DeviceId } from '../base/ids.ts'

/**
 * One live, authenticated connection to a peer, as the sync and blob protocols see it. The transport proves `peer`.
 *
 * Contract (test/src/conformance/peer-link.ts):
 * - `send` keeps order, waits for back-pressure and rejects DISCONNECTED when the link is gone.
 * - Messages reach `onMessage` in order, one at a time: the next is not delivered until the promise settles.
 * - `request` is one question on the blob protocol: it rejects TIMEOUT without progress, DISCONNECTED, or the peer's
 *   refusal as its code; many may be open at once, those over the bound on outstanding bytes wait in line.
 */
export interface PeerLink {
  readonly peer: DeviceId
  /** The relay whose circuit it goes through: what goes over it goes over that relay's line, too. */
  readonly through?: DeviceId
  send(message: Uint8Array): Promise<void>
  onMessage(handler: (message: Uint8Array) => Promise<void>): void
  request(header: Uint8Array, options?: BlobRequestOptions): Promise<BlobReply>
  /** Answers the peer's questions. Throwing a HoldfastError sends its code as a refusal. */
  onRequest(handler: (header: Uint8Array, body: Uint8Array) => Promise<BlobReply>): void
  onClose(handler: () => void): void
  close(): void
}

export interface BlobRequestOptions {
  readonly body?: Uint8Array
  /** Bytes the answer's body is expected to have: counted against the bound on outstanding bytes. */
  readonly expectBytes?: number
  readonly signal?: AbortSignal
}

export interface BlobReply {
  readonly header: Uint8Array
  readonly body?: Uint8Array
}
