import type { EpochId, VaultId } from '../base/ids.ts'
import { makeRecord } from '../log/record.ts'
import type { ObjectRecord } from '../log/record.ts'
import type { Random } from '../ports/random.ts'
import { sealKeySlot } from '../seal/key-slot.ts'
import type { EpochKeys } from '../secret/epoch.ts'
import { objectKeyOf } from './read-object.ts'

export interface SlotPlace {
  readonly vault: VaultId
  readonly random: Random
  keys(epoch: EpochId): EpochKeys | undefined
}

/** The record with its object key in a slot of that epoch. Throws UNKNOWN_EPOCH where the one it has now is not known here. */
export async function inEpoch(record: ObjectRecord, keys: EpochKeys, place: SlotPlace): Promise<ObjectRecord> {
  return record.epoch === keys.id ? record : inVault(record, place, keys, place)
}

/** The same object with its key in a slot of another vault, or of another epoch. Throws UNKNOWN_EPOCH, DECRYPT_FAILED. */
export async function inVault(
  record: ObjectRecord,
  from: Pick<SlotPlace, 'vault' | 'keys'>,
  { id: epoch, keySlot: slotKey }: EpochKeys,
  { vault, random }: Pick<SlotPlace, 'vault' | 'random'>
): Promise<ObjectRecord> {
  const { object, manifest, blobs } = record
  const objectKey = await objectKeyOf(record, from)
  const keySlot = await sealKeySlot(slotKey, objectKey, { vault, object, epoch }, random)
  return makeRecord({ object, manifest, blobs, epoch, keySlot })
}
