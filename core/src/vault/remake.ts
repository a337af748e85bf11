import type { BlobId } from '../base/ids.ts'
import type { FileContent } from '../index/records.ts'
import type { ObjectRecord } from '../log/record.ts'
import { sealContentAgain } from '../seal/chunk-frame.ts'
import { sealManifestAgain } from '../seal/manifest-blob.ts'
import { chunksOf, objectKeyOf } from './read-object.ts'
import type { ObjectReader, Placed } from './read-object.ts'

/** A file of this device that holds exactly the content of an object. */
export interface ClearFile {
  readonly content: FileContent
  /** Bytes `start` to before `end` of the file as it was when it was last in step; undefined when it is another one now. */
  read(start: number, end: number): Uint8Array | undefined
}

/** The very blob of a manifest that holds its content; undefined when the file gives another. Throws UNKNOWN_EPOCH, DECRYPT_FAILED. */
export async function remakeInline(
  { content, read }: ClearFile,
  record: ObjectRecord,
  header: Uint8Array,
  reader: ObjectReader
): Promise<Uint8Array | undefined> {
  const inline = read(0, content.size)
  if (inline === undefined) return undefined
  const { object, size } = content
  const manifest = { object, kind: 'file', size, gateEpoch: null, epochs: [], content: { inline } } as const
  return sealManifestAgain(await objectKeyOf(record, reader), manifest, { header, id: record.manifest.id })
}

/** The same for one of the chunks that `layOut` has found. */
export async function remakeChunk({ read }: ClearFile, { chunk, at }: Placed): Promise<Uint8Array | undefined> {
  const bytes = read(at, at + chunk.length)
  return bytes === undefined ? undefined : sealContentAgain(chunk, bytes)
}

/** Where each chunk of an object stands in its file. The manifest and its pages have to be here. Throws as `readObject`. */
export async function layOut(
  content: FileContent,
  record: ObjectRecord,
  reader: ObjectReader
): Promise<Map<BlobId, Placed>> {
  const chunks = new Map<BlobId, Placed>()
  for await (const placed of chunksOf(content, record, reader)) chunks.set(placed.chunk.blob, placed)
  return chunks
}
