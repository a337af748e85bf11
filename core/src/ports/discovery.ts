import type { DeviceId } from '../base/ids.ts'

/** Told of a peer that says it is near. Nothing of it is proved: the peer's key is, when it is dialled. */
export type OnFound = (peer: DeviceId, addresses: readonly string[]) => void

/** Who is on the same network. It finds, and never dials. */
export interface Discovery {
  /** Every peer each time it is heard of, strangers too. Returns what takes the listener away again. */
  onFound(listener: OnFound): () => void
}
