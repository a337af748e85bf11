import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey, peerIdFromString } from '@libp2p/peer-id'
import { fromHex } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { idFromBytes, idFromHex } from '../base/ids.ts'
import type { PeerId } from '@libp2p/interface'
import type { PeerKey } from '../net/peer-key.ts'

/** Throws MALFORMED for a peer whose identity is not an Ed25519 key: no Holdfast peer has another. */
export function peerKeyOf(peer: PeerId): PeerKey {
  if (peer.type !== 'Ed25519') throw new HoldfastError('MALFORMED', 'a peer is named by an Ed25519 key')
  return idFromBytes<PeerKey>(peer.publicKey.raw)
}

/** As it stands at the end of an address; undefined for what is none of ours. */
export function peerKeyFromText(text: string): PeerKey | undefined {
  try {
    return peerKeyOf(peerIdFromString(text))
  } catch {
    return undefined
  }
}

export function peerIdOf(key: PeerKey): PeerId {
  const peer = peerIdFromPublicKey(publicKeyFromRaw(fromHex(idFromHex<PeerKey>(key))))
  if (peer.type !== 'Ed25519') throw new HoldfastError('MALFORMED', 'a peer is named by an Ed25519 key')
  return peer
}
