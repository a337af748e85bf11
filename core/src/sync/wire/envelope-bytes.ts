import { asArray, asBytes, asId, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { HoldfastError } from '../../base/errors.ts'
import type { AccountId, DeviceId, Id } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { assertAscending } from '../../log/header.ts'
import { blake3Id } from '../../proof/blake3.ts'

/** BLAKE3 of the bytes of an envelope. 32 bytes. */
export type EnvelopeId = Id<'envelope'>
/** Random name of a key that envelopes are sealed to. 8 bytes. */
export type KeyId = Id<'mail key'>

export const KEY_ID_BYTES = 8
/** HPKE output over a content key and a commitment to the body: `enc(32) ‖ 64 bytes ‖ tag(16)`. */
export const SLOT_BYTES = 112

/** The clear outside of an envelope: all that a relay sees of it. */
export interface EnvelopeParts {
  readonly account: AccountId
  /** One for each device that may open it, ascending by device. */
  readonly slots: readonly EnvelopeSlot[]
  readonly body: Uint8Array
}

export interface EnvelopeSlot {
  readonly device: DeviceId
  readonly key: KeyId
  readonly sealed: Uint8Array
}

export function envelopeIdOf(bytes: Uint8Array): EnvelopeId {
  return blake3Id<EnvelopeId>(bytes)
}

/** `[1, recipient account, [[device, key id, HPKE output]…], sealed body]`. Throws TOO_LARGE. */
export function encodeEnvelope({ account, slots, body }: EnvelopeParts): Uint8Array {
  const bytes = encode([1, idValue(account), slots.map(slotValue), body])
  if (bytes.length > LIMITS.envelopeBytes) throw new HoldfastError('TOO_LARGE')
  return bytes
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeEnvelope(bytes: Uint8Array): EnvelopeParts {
  const [version, account, slots, body] = asArray(decode(bytes, LIMITS.envelopeBytes), 4)
  asVersion(version, 1)
  const parts: EnvelopeParts = {
    account: asId<AccountId>(account),
    slots: asArray(slots, { max: LIMITS.devicesPerAccount }).map((value) => {
      const [device, key, sealed] = asArray(value, 3)
      return {
        device: asId<DeviceId>(device),
        key: asId<KeyId>(key, KEY_ID_BYTES),
        sealed: asBytes(sealed, SLOT_BYTES)
      }
    }),
    body: asBytes(body, { max: LIMITS.envelopeBytes })
  }
  if (parts.slots.length === 0) throw new HoldfastError('MALFORMED', 'an envelope for nobody')
  assertAscending(parts.slots.map(({ device }) => device))
  return parts
}

/** What the body is sealed with beside its key: who else may open it cannot be changed without them noticing. */
export function envelopeAad(account: AccountId, slots: readonly EnvelopeSlot[]): Uint8Array {
  return encode([idValue(account), slots.map(slotValue)])
}

function slotValue({ device, key, sealed }: EnvelopeSlot): Uint8Array[] {
  return [idValue(device)!, idValue(key)!, sealed]
}
