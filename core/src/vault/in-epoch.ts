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
export async function inEpoch(
  record: ObjectRecord,
  { id: epoch, keySlot: slotKey }: EpochKeys,
  to: SlotPlace
): Promise<ObjectRecord> {
  if (record.epoch === epoch) return record
  const { object, manifest, blobs } = record
  const { vault, random } = to
  const objectKey = await objectKeyOf(record, to)
  return makeRecord({
    object,
    manifest,
    blobs,
    epoch,
    keySlot: await sealKeySlot(slotKey, objectKey, { vault, object, epoch }, random)
  })
}
