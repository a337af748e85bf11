import { idFromHex, type BlobId } from '@holdfast/core/base/ids'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { KvChange, KvStore } from '@holdfast/core/ports/kv-store'
import type { Stretch } from './pack-file.ts'
import { EMPTY, type PackState } from './pack-state.ts'

/*
 * The rows of small blobs in the key-value store; numbers are big-endian u32, packs and offsets in keys 8 hex digits:
 *   blob/i/ID           -> pack, offset, length    where a blob lies
 *   blob/p/PACK         -> end, blobs, bytes       a PackState
 *   blob/e/PACK/OFFSET  -> length                  bytes to be overwritten with zeros (until done)
 */
/** Where small blobs lie: of each that was here there is a row, or what is left of one until these are compacted. */
export const BLOB_ROWS = { gte: 'blob/', lt: 'blob0' }
const BLOBS = { gte: 'blob/i/', lt: 'blob/i0' }
const PACKS = { gte: 'blob/p/', lt: 'blob/p0' }
const ERASE = { gte: 'blob/e/', lt: 'blob/e0' }

export function putBlobRow(id: BlobId, at: Stretch): KvChange {
  return { put: blobKey(id), value: numbers(at.pack, at.offset, at.length) }
}

export function dropBlobRow(id: BlobId): KvChange {
  return { del: blobKey(id) }
}

export function putPackRow(pack: number, state: PackState): KvChange {
  return { put: packKey(pack), value: numbers(state.end, state.blobs, state.bytes) }
}

export function dropPackRow(pack: number): KvChange {
  return { del: packKey(pack) }
}

export function putEraseRow(at: Stretch): KvChange {
  return { put: eraseKey(at), value: numbers(at.length) }
}

export function dropEraseRow(at: Stretch): KvChange {
  return { del: eraseKey(at) }
}

/** Where the blobs lie, in the order asked; `undefined` for one that is not here, or of which nobody can tell any more. */
export async function findBlobRows(kv: KvStore, ids: readonly BlobId[]): Promise<(Stretch | undefined)[]> {
  const keys = ids.map(blobKey)
  const one = (key: string): Promise<Uint8Array | undefined> => kv.get(key).catch(undefinedIfDamaged)
  const found = (await kv.getMany(keys).catch(undefinedIfDamaged)) ?? (await Promise.all(keys.map(one)))
  return found.map((value) => (value === undefined ? undefined : stretchOf(value)))
}

function undefinedIfDamaged(error: unknown): undefined {
  if (!isHoldfastError(error, 'MALFORMED')) throw error
  return undefined
}

export async function* allBlobRows(kv: KvStore): AsyncGenerator<{ id: BlobId; at: Stretch }> {
  for await (const [key, value] of kv.range({ ...BLOBS, onDamaged })) {
    yield { id: idFromHex<BlobId>(key.slice(BLOBS.gte.length)), at: stretchOf(value) }
  }
}

export async function allPackRows(kv: KvStore): Promise<Map<number, PackState>> {
  const packs = new Map<number, PackState>()
  for await (const [key, value] of kv.range({ ...PACKS, onDamaged })) {
    const [end, blobs, bytes] = numbersOf(value, 3)
    packs.set(Number.parseInt(key.slice(PACKS.gte.length), 16), { end: end!, blobs: blobs!, bytes: bytes! })
  }
  return packs
}

/** What the rows of the blobs say of their packs, for packs whose own row is lost. */
export async function packsOfBlobs(kv: KvStore): Promise<Map<number, PackState>> {
  const packs = new Map<number, PackState>()
  for await (const { at } of allBlobRows(kv)) {
    const { end, blobs, bytes } = packs.get(at.pack) ?? EMPTY
    packs.set(at.pack, { end: Math.max(end, at.offset + at.length), blobs: blobs + 1, bytes: bytes + at.length })
  }
  return packs
}

export async function allEraseRows(kv: KvStore): Promise<Stretch[]> {
  const stretches: Stretch[] = []
  for await (const [key, value] of kv.range({ ...ERASE, onDamaged })) {
    const [pack, offset] = key.slice(ERASE.gte.length).split('/')
    const [length] = numbersOf(value, 1)
    stretches.push({ pack: Number.parseInt(pack!, 16), offset: Number.parseInt(offset!, 16), length: length! })
  }
  return stretches
}

/** A blob without a row is missing, and fetched again; a pack's row is made again from those of its blobs. */
function onDamaged(): void {}

function blobKey(id: BlobId): string {
  return BLOBS.gte + id
}

function packKey(pack: number): string {
  return PACKS.gte + hex(pack)
}

function eraseKey(at: Stretch): string {
  return `${ERASE.gte}${hex(at.pack)}/${hex(at.offset)}`
}

function hex(number: number): string {
  return number.toString(16).padStart(8, '0')
}

function stretchOf(value: Uint8Array): Stretch {
  const [pack, offset, length] = numbersOf(value, 3)
  return { pack: pack!, offset: offset!, length: length! }
}

function numbers(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  for (const [at, value] of values.entries()) view.setUint32(at * 4, value)
  return bytes
}

function numbersOf(value: Uint8Array, count: number): number[] {
  if (value.length !== count * 4) throw new HoldfastError('MALFORMED', 'a row of the blob store has another length')
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  return Array.from({ length: count }, (_, at) => view.getUint32(at * 4))
}
