import { asArray, asBytes, asId, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { isHoldfastError } from '../../base/errors.ts'
import { OBJECT_ID_BYTES } from '../../base/ids.ts'
import type { BlobId, ObjectId, VaultId } from '../../base/ids.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'

/** From what a blob that does not lie here is made again. */
export interface Remaking {
  readonly vault: VaultId
  readonly object: ObjectId
  /** Of a manifest with its content in it: the beginning of its blob. Null: a chunk, which its manifest describes. */
  readonly header: Uint8Array | null
}

const REMADE = 'keep/remade/'
const LEFT = 'keep/left/'
const ROW_BYTES = 256
const HEADER_MAX_BYTES = 64

/**
 * Blobs that this device let go: those it can make again, and those it can have from a relay and does not bring by itself. A damaged row
 * is as good as none: then the blob is missing, and comes.
 */
export async function loadRemade(
  kv: KvStore
): Promise<{ readonly remade: Map<BlobId, Remaking>; readonly left: Map<BlobId, Remaking> }> {
  const vaults = new Map<VaultId, VaultId>()
  const load = async (prefix: string): Promise<Map<BlobId, Remaking>> => {
    const rows = new Map<BlobId, Remaking>()
    for await (const [key, value] of kv.range(range(prefix))) {
      const row = readRow(value)
      if (row === undefined) continue
      const vault = vaults.get(row.vault) ?? row.vault // one string for all rows
      vaults.set(vault, vault)
      rows.set(key.slice(prefix.length) as BlobId, { ...row, vault })
    }
    return rows
  }
  return { remade: await load(REMADE), left: await load(LEFT) }
}

export const putRemade = (id: BlobId, from: Remaking): KvChange => ({ put: REMADE + id, value: encodeRow(from) })
export const dropRemade = (id: BlobId): KvChange => ({ del: REMADE + id })
export const putLeft = (id: BlobId, from: Remaking): KvChange => ({ put: LEFT + id, value: encodeRow(from) })
export const dropLeft = (id: BlobId): KvChange => ({ del: LEFT + id })

function encodeRow({ vault, object, header }: Remaking): Uint8Array {
  return encode([1, idValue(vault), idValue(object), header])
}

function range(prefix: string): Parameters<KvStore['range']>[0] {
  return { gte: prefix, lt: `${prefix.slice(0, -1)}0`, onDamaged: () => undefined }
}

function readRow(value: Uint8Array): Remaking | undefined {
  try {
    const [version, vault, object, header] = asArray(decode(value, ROW_BYTES), 4)
    asVersion(version, 1)
    return {
      vault: asId<VaultId>(vault),
      object: asId<ObjectId>(object, OBJECT_ID_BYTES),
      header: header === null ? null : asBytes(header, { max: HEADER_MAX_BYTES })
    }
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}
