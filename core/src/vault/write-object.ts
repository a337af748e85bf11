import { concat } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import type { BlobId, ObjectId, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { Random } from '../ports/random.ts'
import type { BlobRef, ObjectRecord } from '../log/record.ts'
import { layOutChunks } from '../seal/manifest-blob.ts'
import { CHUNKS_PER_OBJECT } from '../seal/manifest.ts'
import type { Chunk, Content, ObjectKind } from '../seal/manifest.ts'
import type { EpochKeys } from '../secret/epoch.ts'
import type { ContentSource, SealedChunk } from './content-source.ts'
import { sealChunks } from './seal-chunks.ts'
import { newObject, sealInline, sealObject } from './seal-object.ts'
import type { NewObject, SealedObject } from './seal-object.ts'
import { WorkLine } from './work-line.ts'

export interface ObjectWriter {
  readonly vault: VaultId
  readonly blobs: BlobStore
  readonly random: Random
  /** Keys of the epoch written under. */
  readonly keys: EpochKeys
  /** Told of each blob before it is stored: no collector may take it until an entry pins it. */
  readonly guard: (blob: BlobId) => void
  /** Told of each chunk that is new here, while it is being stored. */
  readonly offer?: (object: ObjectId, blob: BlobId, bytes: Uint8Array) => void
  readonly onBytes?: (bytes: number) => void
  readonly signal?: AbortSignal
}

export interface WrittenObject {
  readonly record: ObjectRecord
  readonly content: SealedObject['content']
  readonly blobs: number
}

/** Sealed chunks on their way into the store at once: enough to keep its fsyncs busy, little enough for a phone. */
const PUTS_IN_FLIGHT = 4

/**
 * content -> chunks -> sealed blobs, durable -> manifest -> object record. What is not pinned by an entry afterwards is
 * garbage. Throws TOO_LARGE for more than one object holds, before anything is read where the source says its size.
 */
export async function writeObject(
  source: ContentSource,
  kind: ObjectKind,
  writer: ObjectWriter
): Promise<WrittenObject> {
  const { record, content, manifest } = await sealed(source, kind, writer)
  await put(writer, record.manifest, manifest)
  return { record, content, blobs: record.blobs.length + 1 }
}

async function sealed(source: ContentSource, kind: ObjectKind, writer: ObjectWriter): Promise<SealedObject> {
  const { keys, random } = writer
  if ((source.sizeBytes ?? 0) > LIMITS.contentBytes) throw new HoldfastError('TOO_LARGE')
  const isLarge = (source.sizeBytes ?? 0) > LIMITS.inlineBytes
  if (isLarge && source.sealedChunks !== undefined) return sealLarge(source.sealedChunks(keys), kind, writer)
  if (!isLarge && source.sealedInline !== undefined) {
    const object = await source.sealedInline(kind, writer)
    writer.onBytes?.(object.content.size)
    return object
  }
  const { head, rest } = await readHead(source, LIMITS.inlineBytes)
  if (rest !== undefined) return sealLarge(sealChunks(rest, keys), kind, writer)
  writer.onBytes?.(head.length)
  return sealInline(head, kind, writer, random)
}

async function sealLarge(
  chunks: AsyncIterable<SealedChunk>,
  kind: ObjectKind,
  writer: ObjectWriter
): Promise<SealedObject> {
  const object = newObject(writer.random)
  return sealObject(object, { kind, ...(await writeChunks(chunks, object, writer)) }, writer, writer.random)
}

interface Written {
  readonly content: Content
  readonly size: number
  readonly refs: readonly BlobRef[]
}

async function writeChunks(
  sealed: AsyncIterable<SealedChunk>,
  { object, key: objectKey }: NewObject,
  writer: ObjectWriter
): Promise<Written> {
  const chunks: Chunk[] = []
  const refs = new Map<BlobId, BlobRef>()
  const line = new WorkLine(PUTS_IN_FLIGHT)
  let size = 0
  for await (const { id, blob, key, length } of sealed) {
    if (writer.signal?.aborted === true) throw new HoldfastError('ABORTED')
    chunks.push({ blob: id, key, epoch: 0, length })
    size += length
    checkFits(size, chunks.length, refs.size)
    if (!refs.has(id)) {
      const ref = { id, sizeBytes: blob.length }
      refs.set(id, ref)
      await line.add(() => putChunk(writer, object, ref, blob))
    }
    writer.onBytes?.(length)
  }
  const { content, pageBlobs } = await layOutChunks(objectKey, object, chunks, writer.random)
  for (const { id, blob } of pageBlobs) {
    const ref = { id, sizeBytes: blob.length }
    refs.set(id, ref)
    await line.add(() => put(writer, ref, blob))
  }
  await line.empty()
  return { content, size, refs: [...refs.values()] }
}

/** Seen while it is being sealed, not at its end: TOO_LARGE when no record could hold one more chunk and all pages. */
function checkFits(size: number, chunks: number, blobs: number): void {
  const pages = Math.ceil(chunks / LIMITS.chunksPerPage)
  if (size > LIMITS.contentBytes || chunks > CHUNKS_PER_OBJECT || blobs + 1 + pages > LIMITS.blobsPerObject) {
    throw new HoldfastError('TOO_LARGE')
  }
}

/** What is here already was brought to others before. */
async function putChunk(writer: ObjectWriter, object: ObjectId, ref: BlobRef, bytes: Uint8Array): Promise<void> {
  writer.guard(ref.id)
  const [isHere] = await writer.blobs.has([ref.id])
  if (isHere !== true) writer.offer?.(object, ref.id, bytes)
  await writer.blobs.put(ref.id, bytes)
}

async function put(writer: ObjectWriter, ref: BlobRef, bytes: Uint8Array): Promise<void> {
  writer.guard(ref.id)
  await writer.blobs.put(ref.id, bytes)
}

/** The first `length` bytes, and all of the content again if there is more. */
async function readHead(
  source: ContentSource,
  length: number
): Promise<{ head: Uint8Array; rest?: AsyncIterable<Uint8Array> }> {
  const pieces: Uint8Array[] = []
  const iterator = source.bytes()[Symbol.asyncIterator]()
  let read = 0
  for (;;) {
    const { done, value } = await iterator.next()
    if (done === true) return { head: concat(...pieces) }
    // The source may use its buffer again.
    pieces.push(value.slice())
    read += value.length
    if (read > length) return { head: NOTHING, rest: replay(pieces, iterator) }
  }
}

async function* replay(pieces: readonly Uint8Array[], iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
}

const NOTHING = new Uint8Array(0)
