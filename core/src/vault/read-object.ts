import { HoldfastError } from '../base/errors.ts'
import type { BlobId, EpochId, VaultId } from '../base/ids.ts'
import type { FileContent } from '../index/records.ts'
import type { ObjectRecord } from '../log/record.ts'
import { openContent } from '../seal/chunk-frame.ts'
import { openKeySlot } from '../seal/key-slot.ts'
import { openManifest, openPage } from '../seal/manifest-blob.ts'
import type { Chunk, Manifest } from '../seal/manifest.ts'
import type { EpochKeys } from '../secret/epoch.ts'

export interface ObjectReader {
  readonly vault: VaultId
  keys(epoch: EpochId): EpochKeys | undefined
  /** The blob, whole and checked against its id, from here or from a peer. Throws NOT_HERE. */
  blob(id: BlobId, sizeBytes: number): Promise<Uint8Array>
}

/** Bytes `start` to before `end` of the content. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Chunks asked for ahead of the one being read: the network's delay hides behind the reader. */
const READ_AHEAD = 3

/**
 * key slot -> object key -> manifest -> the chunks that cover the range -> bytes, in order, as they come. Throws
 * UNKNOWN_EPOCH, NOT_HERE, DECRYPT_FAILED, COMMITMENT_MISMATCH, MALFORMED.
 */
export async function* readObject(
  content: Pick<FileContent, 'object' | 'manifest' | 'size' | 'commitment'>,
  record: ObjectRecord,
  reader: ObjectReader,
  range: ByteRange = { start: 0, end: content.size }
): AsyncGenerator<Uint8Array> {
  const objectKey = await objectKeyOf(record, reader)
  const manifestBlob = await reader.blob(record.manifest.id, record.manifest.sizeBytes)
  const manifest = await openManifest(objectKey, manifestBlob, content)
  if (manifest.size !== content.size) throw new HoldfastError('COMMITMENT_MISMATCH')
  if ('inline' in manifest.content) {
    if (range.end > range.start) yield manifest.content.inline.subarray(range.start, range.end)
    return
  }
  const sizes = new Map(record.blobs.map(({ id, sizeBytes }) => [id, sizeBytes]))
  yield* readChunks(coveringChunks(manifest, objectKey, range, sizes, reader), range, sizes, reader)
}

/** Where each chunk of a content begins, in order; none where the content is in the manifest itself. Throws as `readObject`. */
export async function* chunksOf(
  content: Pick<FileContent, 'object' | 'manifest' | 'size' | 'commitment'>,
  record: ObjectRecord,
  reader: ObjectReader
): AsyncGenerator<Placed> {
  const objectKey = await objectKeyOf(record, reader)
  const manifest = await openManifest(
    objectKey,
    await reader.blob(record.manifest.id, record.manifest.sizeBytes),
    content
  )
  const sizes = new Map(record.blobs.map(({ id, sizeBytes }) => [id, sizeBytes]))
  yield* coveringChunks(manifest, objectKey, { start: 0, end: content.size }, sizes, reader)
}

/** The object key out of its slot. Throws UNKNOWN_EPOCH while the epoch is not known here, DECRYPT_FAILED. */
export async function objectKeyOf(
  record: ObjectRecord,
  reader: Pick<ObjectReader, 'vault' | 'keys'>
): Promise<Uint8Array> {
  const keys = reader.keys(record.epoch)
  if (keys === undefined) throw new HoldfastError('UNKNOWN_EPOCH')
  return openKeySlot(keys.keySlot, record.keySlot, { vault: reader.vault, object: record.object, epoch: record.epoch })
}

export interface Placed {
  readonly chunk: Chunk
  /** Where the chunk begins in the content. */
  readonly at: number
}

async function* coveringChunks(
  manifest: Manifest,
  objectKey: Uint8Array,
  range: ByteRange,
  sizes: ReadonlyMap<BlobId, number>,
  reader: ObjectReader
): AsyncGenerator<Placed> {
  let at = 0
  if ('chunks' in manifest.content) yield* covering(manifest.content.chunks, at, range)
  if (!('pages' in manifest.content)) return
  for (const [number, page] of manifest.content.pages.entries()) {
    if (at < range.end && at + page.length > range.start) {
      const chunks = await openPage(objectKey, manifest, number, await reader.blob(page.blob, sizeOf(sizes, page.blob)))
      yield* covering(chunks, at, range)
    }
    at += page.length
  }
}

function* covering(chunks: readonly Chunk[], from: number, range: ByteRange): Generator<Placed> {
  let at = from
  for (const chunk of chunks) {
    if (at < range.end && at + chunk.length > range.start) yield { chunk, at }
    at += chunk.length
  }
}

async function* readChunks(
  placed: AsyncIterable<Placed>,
  range: ByteRange,
  sizes: ReadonlyMap<BlobId, number>,
  reader: ObjectReader
): AsyncGenerator<Uint8Array> {
  const line: { placed: Placed; blob: Promise<Uint8Array> }[] = []
  const iterator = placed[Symbol.asyncIterator]()
  try {
    for (let more = true; more || line.length > 0; ) {
      while (more && line.length < READ_AHEAD) {
        const { done, value } = await iterator.next()
        if (done === true) more = false
        else line.push({ placed: value, blob: started(reader.blob(value.chunk.blob, sizeOf(sizes, value.chunk.blob))) })
      }
      const next = line.shift()
      if (next === undefined) return
      const content = await openContent(next.placed.chunk, await next.blob)
      yield content.subarray(
        Math.max(0, range.start - next.placed.at),
        Math.min(content.length, range.end - next.placed.at)
      )
    }
  } finally {
    await iterator.return?.()
  }
}

/** A chunk that is not in the object's record is pinned by nobody: no honest writer makes such a manifest. */
function sizeOf(sizes: ReadonlyMap<BlobId, number>, blob: BlobId): number {
  const size = sizes.get(blob)
  if (size === undefined) throw new HoldfastError('MALFORMED', 'a manifest that names a blob its record does not')
  return size
}

/** Its failure is seen when its turn comes, also when an earlier one fails first. */
function started<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
