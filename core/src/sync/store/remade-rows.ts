import { asArray, asBytes, asId, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import type { Value } from '../../base/codec.ts'
import { isHoldfastError } from '../../base/errors.ts'
import { ID_BYTES, OBJECT_ID_BYTES } from '../../base/ids.ts'
import type { BlobId, ObjectId, VaultId } from '../../base/ids.ts'
import { idOfShort, shortOf } from '../../base/short-id.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'

/** From what a blob that does not lie here is made again. */
export interface Remaking {
  readonly vault: VaultId
  readonly object: ObjectId
  /** Of a manifest with its content in it: the beginning of its blob. Null: a chunk, which its manifest describes. */
  readonly header: Uint8Array | null
}

/** `keep/made/VAULT/BLOB` and `keep/gone/VAULT/BLOB`: what many rows have in common stands where the store writes it once. */
const REMADE = 'keep/made/'
const LEFT = 'keep/gone/'
/** The same as they were before: `PREFIX BLOB`, hexadecimal, with the vault in the value. */
const REMADE_BEFORE = 'keep/remade/'
const LEFT_BEFORE = 'keep/left/'
const ROW_BYTES = 256
const HEADER_MAX_BYTES = 64

/**
 * Blobs that this device let go: those it can make again, and those it can have from a relay and does not bring by itself. A damaged row
 * is as good as none: then the blob is missing, and comes.
 */
export async function loadRemade(
  kv: KvStore
): Promise<{ readonly remade: Map<BlobId, Remaking>; readonly left: Map<BlobId, Remaking> }> {
  await bringForward(kv, REMADE_BEFORE, putRemade)
  await bringForward(kv, LEFT_BEFORE, putLeft)
  const vaults = new Map<string, VaultId>()
  const load = async (prefix: string): Promise<Map<BlobId, Remaking>> => {
    const rows = new Map<BlobId, Remaking>()
    for await (const [key, value] of kv.range(range(prefix))) {
      const [vaultText, blobText] = key.slice(prefix.length).split('/')
      const vault = vaults.get(vaultText!) ?? read(() => idOfShort<VaultId>(vaultText!, ID_BYTES)) // one string for all rows
      const blob = read(() => idOfShort<BlobId>(blobText ?? '', ID_BYTES))
      const from = vault === undefined ? undefined : read(() => fromRow(vault, value))
      if (vault === undefined || blob === undefined || from === undefined) continue
      vaults.set(vaultText!, vault)
      rows.set(blob, from)
    }
    return rows
  }
  return { remade: await load(REMADE), left: await load(LEFT) }
}

/** Rows as an earlier version wrote them are written anew. */
async function bringForward(kv: KvStore, prefix: string, put: (id: BlobId, from: Remaking) => KvChange): Promise<void> {
  const changes: KvChange[] = []
  for await (const [key, value] of kv.range(range(prefix))) {
    const from = read(() => fromRowBefore(value))
    if (from !== undefined) changes.push(put(key.slice(prefix.length) as BlobId, from))
    changes.push({ del: key })
  }
  if (changes.length > 0) await kv.write(changes)
}

export const putRemade = (id: BlobId, from: Remaking) => ({ put: keyOf(REMADE, id, from), value: toRow(from) })
export const dropRemade = (id: BlobId, from: Remaking) => ({ del: keyOf(REMADE, id, from) })
export const putLeft = (id: BlobId, from: Remaking) => ({ put: keyOf(LEFT, id, from), value: toRow(from) })
export const dropLeft = (id: BlobId, from: Remaking) => ({ del: keyOf(LEFT, id, from) })

function keyOf(prefix: string, id: BlobId, { vault }: Remaking): string {
  return `${prefix}${shortOf(vault)}/${shortOf(id)}`
}

function range(prefix: string): Parameters<KvStore['range']>[0] {
  return { gte: prefix, lt: `${prefix.slice(0, -1)}0`, onDamaged: () => undefined }
}

function toRow({ object, header }: Remaking): Uint8Array {
  return encode([2, idValue(object), header])
}

function fromRow(vault: VaultId, value: Uint8Array): Remaking {
  const [version, object, header] = asArray(decode(value, ROW_BYTES), 3)
  asVersion(version, 2)
  return remaking(vault, object, header)
}

function fromRowBefore(value: Uint8Array): Remaking {
  const [version, vault, object, header] = asArray(decode(value, ROW_BYTES), 4)
  asVersion(version, 1)
  return remaking(asId<VaultId>(vault), object, header)
}

function remaking(vault: VaultId, object: Value | undefined, header: Value | undefined): Remaking {
  return {
    vault,
    object: asId<ObjectId>(object, OBJECT_ID_BYTES),
    header: header === null ? null : asBytes(header, { max: HEADER_MAX_BYTES })
  }
}

function read<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}
