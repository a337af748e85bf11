import { encode } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes } from '../base/ids.ts'
import type { EpochId, ObjectId, VaultId } from '../base/ids.ts'
import { DERIVE } from '../base/labels.ts'
import type { Random } from '../ports/random.ts'
import { KEY_BYTES, openSealed, SEALED_OVERHEAD_BYTES, sealWithFreshSalt } from '../secret/aead.ts'

export const KEY_SLOT_BYTES = KEY_BYTES + SEALED_OVERHEAD_BYTES

/** Where a key slot belongs: it opens nowhere else. */
export interface SlotPlace {
  readonly vault: VaultId
  readonly object: ObjectId
  readonly epoch: EpochId
}

/** The object key under the epoch's key slot key: KEY_SLOT_BYTES. Destroying the slot shreds the object. */
export function sealKeySlot(
  slotKey: Uint8Array,
  objectKey: Uint8Array,
  place: SlotPlace,
  random: Random
): Promise<Uint8Array> {
  if (objectKey.length !== KEY_BYTES) throw new HoldfastError('INTERNAL', 'an object key has 32 bytes')
  return sealWithFreshSalt(DERIVE.keySlot, slotKey, objectKey, placeAad(place), random)
}

/** Errors: MALFORMED, UNSUPPORTED_VERSION, DECRYPT_FAILED. */
export async function openKeySlot(slotKey: Uint8Array, slot: Uint8Array, place: SlotPlace): Promise<Uint8Array> {
  if (slot.length !== KEY_SLOT_BYTES) throw new HoldfastError('MALFORMED', 'a key slot of another length')
  return openSealed(DERIVE.keySlot, slotKey, slot, placeAad(place))
}

function placeAad({ vault, object, epoch }: SlotPlace): Uint8Array {
  return encode([idBytes(vault), idBytes(object), idBytes(epoch)])
}
