import type { DeviceId } from '../base/ids.ts'

/** A peer as the network names it: the raw Ed25519 public key of its device or relay, 64 lowercase hex digits. */
export type PeerKey = DeviceId
