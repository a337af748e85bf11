import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { fromHex } from '@holdfast/core/base/bytes'
import { HoldfastError } from '@holdfast/core/base/errors'
import { idFromBytes, idFromHex } from '@holdfast/core/base/ids'
import type { PeerId } from '@libp2p/interface'
import type { DeviceId } from '@holdfast/core/base/ids'

/** A peer outside this folder: the raw Ed25519 public key of its device or relay, 64 lowercase hex digits. */
export type PeerKey = DeviceId

/** Throws MALFORMED for a peer whose identity is not an Ed25519 key: no Holdfast peer has another. */
export function peerKeyOf(peer: PeerId): PeerKey {
  if (peer.type !== 'Ed25519') throw new HoldfastError('MALFORMED', 'a peer is named by an Ed25519 key')
  return idFromBytes<PeerKey>(peer.publicKey.raw)
}

export function peerIdOf(key: PeerKey): PeerId {
  const peer = peerIdFromPublicKey(publicKeyFromRaw(fromHex(idFromHex<PeerKey>(key))))
  if (peer.type !== 'Ed25519') throw new HoldfastError('MALFORMED', 'a peer is named by an Ed25519 key')
  return peer
}
