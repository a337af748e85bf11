import { asArray, asId, asIds, asUint, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import type { DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'

/** `/holdfast/circuit/1` (FORMAT.md 7.7): what is said to and by the relay before a circuit carries bytes. */
export type CircuitMessage =
  /** A device: which devices of my vaults are with you? */
  | { readonly kind: 'who' }
  | { readonly kind: 'here'; readonly devices: readonly DeviceId[] }
  /** A device: lead me to this one. */
  | { readonly kind: 'connect'; readonly device: DeviceId }
  /** The relay, on a stream that it opened: this device asks for you. Its word only: Noise proves who it is. */
  | { readonly kind: 'incoming'; readonly device: DeviceId }
  /** The called device, then the relay to the caller: what follows is the circuit. */
  | { readonly kind: 'open' }

export function encodeCircuitMessage(message: CircuitMessage): Uint8Array {
  switch (message.kind) {
    case 'who':
      return encode([0, 1])
    case 'here':
      return encode([1, message.devices.map(idValue)])
    case 'connect':
      return encode([2, 1, idValue(message.device)])
    case 'incoming':
      return encode([3, 1, idValue(message.device)])
    case 'open':
      return encode([4])
  }
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeCircuitMessage(bytes: Uint8Array): CircuitMessage {
  const items = asArray(decode(bytes, LIMITS.circuitHeaderBytes), { max: 3 })
  switch (asUint(items[0], 4)) {
    case 0:
      asArray(items, 2)
      asVersion(items[1], 1)
      return { kind: 'who' }
    case 1:
      asArray(items, 2)
      return { kind: 'here', devices: asIds<DeviceId>(items[1], LIMITS.circuitDevices) }
    case 2:
      asArray(items, 3)
      asVersion(items[1], 1)
      return { kind: 'connect', device: asId<DeviceId>(items[2]) }
    case 3:
      asArray(items, 3)
      asVersion(items[1], 1)
      return { kind: 'incoming', device: asId<DeviceId>(items[2]) }
    default:
      asArray(items, 1)
      return { kind: 'open' }
  }
}
