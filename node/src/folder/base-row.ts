import {
  asArray,
  asBytes,
  asIdOrNull,
  asInt,
  asText,
  asUint,
  asVersion,
  decode,
  encode,
  idValue
} from '@holdfast/core/base/codec'
import type { Value } from '@holdfast/core/base/codec'
import { FILE_ID_BYTES, OBJECT_ID_BYTES } from '@holdfast/core/base/ids'
import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { BaseRow, Kind, Stamp } from './trees.ts'

const KINDS: readonly Kind[] = ['file', 'folder', 'link']
const STAMP_BYTES = 40
const NS_PER_MS = 1_000_000n

/**
 * `[2, parent | null, name, kind * 2 + executable, object | null, mtime in ms | null where it is the stamp's, stamp]`, the stamp five
 * signed numbers of 8 bytes: size, mtime, ctime and birth in nanoseconds, inode. The file's id is in the key of the row.
 */
export function encodeRow({ parent, name, kind, executable, object, mtimeMs, stamp }: BaseRow): Uint8Array {
  const own = mtimeMs === mtimeOf(stamp) ? null : mtimeMs
  const kinds = KINDS.indexOf(kind) * 2 + (executable ? 1 : 0)
  return encode([2, idValue(parent), name, kinds, idValue(object ?? null), own, stampBytes(stamp)])
}

/** Throws MALFORMED, TOO_LARGE, UNSUPPORTED_VERSION. */
export function decodeRow(id: FileId, bytes: Uint8Array): BaseRow {
  const [version, parent, name, kinds, object, mtimeMs, stampValue] = asArray(decode(bytes, LIMITS.scalarBytes), 7)
  asVersion(version, 2)
  const kind = asUint(kinds, KINDS.length * 2 - 1)
  const stamp = readStamp(stampValue)
  return {
    id,
    parent: asIdOrNull<FileId>(parent, FILE_ID_BYTES),
    name: asText(name, LIMITS.scalarBytes),
    kind: KINDS[kind >> 1]!,
    executable: kind % 2 === 1,
    object: asIdOrNull<ObjectId>(object, OBJECT_ID_BYTES) ?? undefined,
    mtimeMs: mtimeMs === null ? mtimeOf(stamp) : asInt(mtimeMs),
    stamp
  }
}

function stampBytes({ size, mtimeNs, ctimeNs, birthNs, inode }: Stamp): Uint8Array {
  const view = new DataView(new ArrayBuffer(STAMP_BYTES))
  for (const [at, number] of [size, mtimeNs, ctimeNs, birthNs, inode].entries()) view.setBigInt64(at * 8, number)
  return new Uint8Array(view.buffer)
}

function readStamp(value: Value | undefined): Stamp {
  const bytes = asBytes(value, STAMP_BYTES)
  const view = new DataView(bytes.buffer, bytes.byteOffset, STAMP_BYTES)
  const [size, mtimeNs, ctimeNs, birthNs, inode] = [0, 8, 16, 24, 32].map((at) => view.getBigInt64(at))
  return { size: size!, mtimeNs: mtimeNs!, ctimeNs: ctimeNs!, birthNs: birthNs!, inode: inode! }
}

/** Any number that both sides make alike: what is written is what it differs from. */
function mtimeOf({ mtimeNs }: Stamp): number {
  return Number(mtimeNs / NS_PER_MS)
}
