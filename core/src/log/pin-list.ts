import { asArray, asIds, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { OBJECT_ID_BYTES } from '../base/ids.ts'
import type { ObjectId, RecordHash } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { assertAscending } from './header.ts'

/** What an entry needs, withdraws and destroys, in the clear beside the header and never dropped (FORMAT.md 5.3). */
export interface PinList {
  readonly records: readonly RecordHash[]
  readonly unpins: readonly ObjectId[]
  readonly shreds: readonly ObjectId[]
}

export function encodePinList(list: PinList): Uint8Array {
  return encode([1, list.records.map(idValue), list.unpins.map(idValue), list.shreds.map(idValue)])
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodePinList(bytes: Uint8Array): PinList {
  const item = asArray(decode(bytes, LIMITS.pinListBytes), 4)
  asVersion(item[0], 1)
  const records = asIds<RecordHash>(item[1], LIMITS.pinListItems)
  const unpins = asIds<ObjectId>(item[2], LIMITS.pinListItems, OBJECT_ID_BYTES)
  const shreds = asIds<ObjectId>(item[3], LIMITS.pinListItems, OBJECT_ID_BYTES)
  const items = records.length + unpins.length + shreds.length
  if (items === 0 || items > LIMITS.pinListItems)
    throw new HoldfastError('MALFORMED', 'a pin list of no or too many items')
  for (const list of [records, unpins, shreds]) assertAscending<string>(list)
  return { records, unpins, shreds }
}
