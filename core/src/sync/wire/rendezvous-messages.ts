import { asArray, asBytes, asUint, asVersion, decode, encode } from '../../base/codec.ts'
import { LIMITS } from '../../base/limits.ts'

/** `/holdfast/pair/1` (FORMAT.md 7.4): what a device says to whoever forwards the frames of a pairing. */
export type RendezvousMessage =
  | { readonly kind: 'meet'; readonly rendezvous: Uint8Array; readonly side: 'offers' | 'joins' }
  /** Whether the other side is here. */
  | { readonly kind: 'met'; readonly here: boolean }
  | { readonly kind: 'frame'; readonly frame: Uint8Array }
  | { readonly kind: 'left' }

export function encodeRendezvousMessage(message: RendezvousMessage): Uint8Array {
  switch (message.kind) {
    case 'meet':
      return encode([0, 1, message.rendezvous, message.side === 'offers' ? 0 : 1])
    case 'met':
      return encode([1, message.here ? 1 : 0])
    case 'frame':
      return encode([2, message.frame])
    case 'left':
      return encode([3])
  }
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeRendezvousMessage(bytes: Uint8Array): RendezvousMessage {
  const items = asArray(decode(bytes, LIMITS.pairFrameBytes), { max: 4 })
  switch (asUint(items[0], 3)) {
    case 0:
      asArray(items, 4)
      asVersion(items[1], 1)
      return { kind: 'meet', rendezvous: asBytes(items[2], 32), side: asUint(items[3], 1) === 0 ? 'offers' : 'joins' }
    case 1:
      asArray(items, 2)
      return { kind: 'met', here: asUint(items[1], 1) === 1 }
    case 2:
      asArray(items, 2)
      return { kind: 'frame', frame: asBytes(items[1], { max: LIMITS.pairFrameBytes }) }
    default:
      asArray(items, 1)
      return { kind: 'left' }
  }
}
