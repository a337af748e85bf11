import { concat } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { idFromBytes, OBJECT_ID_BYTES } from '../base/ids.ts'
import type { BlobId, ObjectId, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { Random } from '../ports/random.ts'
import type { FileContent } from '../index/records.ts'
import { makeRecord } from '../log/record.ts'
import type { BlobRef, ObjectRecord } from '../log/record.ts'
import { sealKeySlot } from '../seal/key-slot.ts'
import { layOutChunks, sealManifest } from '../seal/manifest-blob.ts'
import type { Chunk, Content, ObjectKind } from '../seal/manifest.ts'
import type { EpochKeys } from '../secret/epoch.ts'
import type { ContentSource, SealedChunk } from './content-source.ts'
import { sealChunks } from './seal-chunks.ts'

export interface ObjectWriter {
  readonly vault: VaultId
  readonly blobs: BlobStore
  readonly random: Random
  /** Keys of the epoch written under. */
  readonly keys: EpochKeys
  /** Told of each blob before it is stored: no collector may take it until an entry pins it. */
  readonly guard: (blob: BlobId) => void
  readonly onBytes?: (bytes: number) => void
  readonly signal?: AbortSignal
}

export interface WrittenObject {
  readonly record: ObjectRecord
  readonly content: Pick<FileContent, 'object' | 'manifest' | 'size' | 'commitment'>
  readonly blobs: number
}

/** Sealed chunks on their way into the store at once: enough to keep its fsyncs busy, little enough for a phone. */
const PUTS_IN_FLIGHT = 4

/** content -> chunks -> sealed blobs, durable -> manifest -> object record. What is not pinned by an entry afterwards is garbage. */
export async function writeObject(source: ContentSource, kind: ObjectKind, writer: ObjectWriter): Promise<WrittenObject> {
  const { random, keys, vault } = writer
  const object = idFromBytes<ObjectId>(random.bytes(OBJECT_ID_BYTES), OBJECT_ID_BYTES)
  const objectKey = random.bytes(32)
  const { content, size, refs } = await writeContent(source, object, objectKey, writer)
  const chunked = !('inline' in content)
  const manifest = await sealManifest(
    objectKey,
    { object, kind, size, gateEpoch: chunked ? keys.id : null, epochs: chunked ? [keys.id] : [], content },
    random
  )
  const ref = { id: manifest.id, sizeBytes: manifest.blob.length }
  await put(writer, ref, manifest.blob)
  const keySlot = await sealKeySlot(keys.keySlot, objectKey, { vault, object, epoch: keys.id }, random)
  const record = makeRecord({ object, manifest: ref, blobs: refs, epoch: keys.id, keySlot })
  return { record, content: { object, manifest: ref.id, size, commitment: manifest.commitment }, blobs: refs.length + 1 }
}

interface Written {
  readonly content: Content
  readonly size: number
  readonly refs: readonly BlobRef[]
}

async function writeContent(source: ContentSource, object: ObjectId, objectKey: Uint8Array, writer: ObjectWriter): Promise<Written> {
  const keys = { convergence: writer.keys.convergence, gate: writer.keys.gate }
  if (source.sealedChunks !== undefined && (source.sizeBytes ?? 0) > LIMITS.inlineBytes) {
    return writeChunks(source.sealedChunks(keys), object, objectKey, writer)
  }
  const { head, rest } = await readHead(source, LIMITS.inlineBytes)
  if (rest === undefined) {
    writer.onBytes?.(head.length)
    return { content: { inline: head }, size: head.length, refs: [] }
  }
  return writeChunks(sealChunks(rest, keys), object, objectKey, writer)
}

async function writeChunks(sealed: AsyncIterable<SealedChunk>, object: ObjectId, objectKey: Uint8Array, writer: ObjectWriter): Promise<Written> {
  const chunks: Chunk[] = []
  const refs = new Map<BlobId, BlobRef>()
  const line = new PutLine(PUTS_IN_FLIGHT)
  let size = 0
  for await (const { id, blob, key, length } of sealed) {
    if (writer.signal?.aborted === true) throw new HoldfastError('ABORTED')
    chunks.push({ blob: id, key, epoch: 0, length })
    size += length
    if (!refs.has(id)) {
      const ref = { id, sizeBytes: blob.length }
      refs.set(id, ref)
      await line.add(() => put(writer, ref, blob))
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

async function put(writer: ObjectWriter, ref: BlobRef, bytes: Uint8Array): Promise<void> {
  writer.guard(ref.id)
  await writer.blobs.put(ref.id, bytes)
}

/** The first `length` bytes, and all of the content again if there is more. */
async function readHead(source: ContentSource, length: number): Promise<{ head: Uint8Array; rest?: AsyncIterable<Uint8Array> }> {
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

/** Work in flight, so many at once; the first failure is thrown by whatever is awaited next. */
class PutLine {
  private readonly most: number
  private readonly running = new Set<Promise<void>>()
  private failure: { error: unknown } | undefined

  constructor(most: number) {
    this.most = most
  }

  async add(work: () => Promise<void>): Promise<void> {
    while (this.running.size >= this.most) await Promise.race(this.running)
    this.check()
    const task: Promise<void> = work()
      .catch((error: unknown) => {
        this.failure ??= { error }
      })
      .finally(() => this.running.delete(task))
    this.running.add(task)
  }

  async empty(): Promise<void> {
    await Promise.all(this.running)
    this.check()
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure.error
  }
}

const NOTHING = new Uint8Array(0)
