import { deriveKey } from '../proof/blake3.ts'
import { toHex } from '../base/bytes.ts'
import { FILE_ID_BYTES, idBytes } from '../base/ids.ts'
import type { FileId, ObjectId } from '../base/ids.ts'
import { DERIVE } from '../base/labels.ts'
import { projectName, withSuffix } from './names.ts'
import { utcMinute } from './utc.ts'

/**
 * The id under which a content that lost a conflict becomes a file of its own: several devices that write it out at once
 * write the same file.
 */
export function conflictFileId(file: FileId, object: ObjectId): FileId {
  return toHex(deriveKey(DERIVE.conflictFile, idBytes(file), idBytes(object)).subarray(0, FILE_ID_BYTES)) as FileId
}

/** `name (conflict, DEVICE, 2026-11-20 14.05 UTC).ext`: from what the record claims, never from a clock here. */
export function conflictName(name: string, device: string | undefined, mtimeMs: number, file: FileId): string {
  const written = utcMinute(mtimeMs) ?? 'time unknown'
  const suffix = projectName(` (conflict, ${device ?? 'unknown device'}, ${written})`, file)
  return projectName(withSuffix(name, suffix), file)
}
