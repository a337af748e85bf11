import {
  asArray,
  asIdOrNull,
  asId,
  asText,
  asUint,
  asVersion,
  decode,
  encode,
  idValue
} from '@holdfast/core/base/codec'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { FILE_ID_BYTES } from '@holdfast/core/base/ids'
import type { FileId, VaultId } from '@holdfast/core/base/ids'
import type { KvStore } from '@holdfast/core/ports/kv-store'

/** A folder of this machine that is kept in step with a folder of a vault. */
export interface FolderRecord {
  /** Of this pairing of the two, also in the marker: 16 hexadecimal digits. */
  readonly id: string
  /** Absolute, links resolved. */
  readonly path: string
  readonly vault: VaultId
  /** The folder of that vault; null is its root. */
  readonly file: FileId | null
  /** Whether the marker was written: from then on a folder without it is not this one. */
  readonly marked: boolean
}

const PREFIX = 'folder/dir/'
const ROW_BYTES = 16 * 1024

export async function listFolders(kv: KvStore): Promise<FolderRecord[]> {
  const found: FolderRecord[] = []
  for await (const [key, value] of kv.range({ gte: PREFIX, lt: 'folder/dir0', onDamaged: () => undefined })) {
    const record = readRecord(key.slice(PREFIX.length), value)
    if (record !== undefined) found.push(record)
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

export function putFolder(kv: KvStore, { id, path, vault, file, marked }: FolderRecord): Promise<void> {
  const value = encode([1, path, idValue(vault), idValue(file), marked ? 1 : 0])
  return kv.write([{ put: PREFIX + id, value }])
}

export function deleteFolder(kv: KvStore, id: string): Promise<void> {
  return kv.write([{ del: PREFIX + id }])
}

function readRecord(id: string, value: Uint8Array): FolderRecord | undefined {
  try {
    const [version, path, vault, file, marked] = asArray(decode(value, ROW_BYTES), 5)
    asVersion(version, 1)
    return {
      id,
      path: asText(path, ROW_BYTES),
      vault: asId<VaultId>(vault),
      file: asIdOrNull<FileId>(file, FILE_ID_BYTES),
      marked: asUint(marked, 1) === 1
    }
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}
