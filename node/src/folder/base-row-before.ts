import { asArray, asId, asIdOrNull, asInt, asText, asUint, asVersion, decode } from '@holdfast/core/base/codec'
import type { Value } from '@holdfast/core/base/codec'
import { HoldfastError } from '@holdfast/core/base/errors'
import { FILE_ID_BYTES, OBJECT_ID_BYTES } from '@holdfast/core/base/ids'
import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { BaseRow, Kind, Stamp } from './trees.ts'

const KINDS: readonly Kind[] = ['file', 'folder', 'link']

/** A row as version 1 wrote it, under the hexadecimal file id. Without it a folder would be taken for one that was never in step. Throws MALFORMED. */
export function decodeRowBefore(name: string, bytes: Uint8Array): BaseRow {
  const [version, own, parent, shown, kind, executable, object, mtimeMs, stamps] = asArray(
    decode(bytes, LIMITS.scalarBytes),
    9
  )
  asVersion(version, 1)
  const id = asId<FileId>(own, FILE_ID_BYTES)
  if (id !== name || typeof executable !== 'boolean') throw new HoldfastError('MALFORMED')
  return {
    id,
    parent: asIdOrNull<FileId>(parent, FILE_ID_BYTES),
    name: asText(shown, LIMITS.scalarBytes),
    kind: KINDS[asUint(kind, KINDS.length - 1)]!,
    executable,
    object: asIdOrNull<ObjectId>(object, OBJECT_ID_BYTES) ?? undefined,
    mtimeMs: asInt(mtimeMs),
    stamp: readStamp(stamps)
  }
}

function readStamp(value: Value | undefined): Stamp {
  const [size, mtimeNs, ctimeNs, birthNs, inode] = asArray(value, 5).map((item) => {
    const text = asText(item, 32)
    if (!/^-?\d+$/.test(text)) throw new HoldfastError('MALFORMED')
    return BigInt(text)
  })
  return { size: size!, mtimeNs: mtimeNs!, ctimeNs: ctimeNs!, birthNs: birthNs!, inode: inode! }
}
