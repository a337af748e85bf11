import { asArray, asBytes, asId, asIdOrNull, asIds, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes, OBJECT_ID_BYTES } from '../base/ids.ts'
import type { BlobId, EpochId, ObjectId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'

/** What one object is made of (FORMAT.md section 4.3). Sealed by manifest-blob.ts. */
export interface Manifest {
  readonly object: ObjectId
  readonly kind: ObjectKind
  /** Bytes of the whole content. */
  readonly size: number
  /** The epoch whose gate key cut the content; null when nothing was cut. */
  readonly gateEpoch: EpochId | null
  /** The epochs whose convergence keys sealed the chunks. */
  readonly epochs: readonly EpochId[]
  readonly content: Content
}

export type ObjectKind = 'file' | 'link' | 'checkpoint'

export type Content =
  | { readonly inline: Uint8Array }
  | { readonly chunks: readonly Chunk[] }
  | { readonly pages: readonly Page[] }

export interface Chunk {
  readonly blob: BlobId
  readonly key: Uint8Array
  /** Position in the manifest's epochs. */
  readonly epoch: number
  /** Bytes of content, before compression and padding. */
  readonly length: number
}

/** A list of chunks in a blob of its own: LIMITS.chunksPerPage of them, in the last page the rest. */
export interface Page {
  readonly blob: BlobId
  readonly count: number
  readonly length: number
}

const VERSION = 1
const KINDS: readonly ObjectKind[] = ['file', 'link', 'checkpoint']
const CHUNK_KEY_BYTES = 32
/** All of them full list more than blobsPerObject: a chunk that comes again is one more in a page and no further blob. */
const MAX_PAGES = Math.ceil(LIMITS.blobsPerObject / LIMITS.chunksPerPage)

/** Chunks one manifest lists in its pages, repeated ones counted each time. */
export const CHUNKS_PER_OBJECT = MAX_PAGES * LIMITS.chunksPerPage

/** Canonical bytes. Throws MALFORMED for a manifest that no reader would take. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  checkManifest(manifest)
  const { object, kind, size, gateEpoch, epochs, content } = manifest
  return encode([
    VERSION,
    idBytes(object),
    KINDS.indexOf(kind),
    size,
    idValue(gateEpoch),
    epochs.map(idBytes),
    contentValue(content)
  ])
}

/** Errors: TOO_LARGE, MALFORMED, UNSUPPORTED_VERSION. */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const value = decode(bytes, LIMITS.manifestBytes)
  asVersion(asArray(value, { max: 7 })[0], VERSION)
  const [, object, kind, size, gateEpoch, epochs, content] = asArray(value, 7)
  const manifest: Manifest = {
    object: asId<ObjectId>(object, OBJECT_ID_BYTES),
    kind: KINDS[asUint(kind, KINDS.length - 1)]!,
    size: asUint(size),
    gateEpoch: asIdOrNull<EpochId>(gateEpoch),
    epochs: asIds<EpochId>(epochs, LIMITS.epochsPerManifest),
    content: contentOf(content)
  }
  checkManifest(manifest)
  return manifest
}

/** Canonical bytes of a page. */
export function encodePage(chunks: readonly Chunk[]): Uint8Array {
  return encode(chunks.map(chunkValue))
}

/** The chunks of a page of `manifest`, as it counts and adds them up. Errors: TOO_LARGE, MALFORMED. */
export function decodePage(bytes: Uint8Array, page: Page, manifest: Manifest): readonly Chunk[] {
  const chunks = asArray(decode(bytes, LIMITS.manifestBytes), page.count).map(chunkOf)
  checkChunks(chunks, manifest.epochs.length)
  if (total(chunks) !== page.length) throw new HoldfastError('MALFORMED', 'a page that does not add up')
  return chunks
}

function contentValue(content: Content): Value {
  if ('inline' in content) return [0, content.inline]
  if ('chunks' in content) return [1, content.chunks.map(chunkValue)]
  return [2, content.pages.map((page) => [idBytes(page.blob), page.count, page.length])]
}

function contentOf(value: Value | undefined): Content {
  const [form, items] = asArray(value, 2)
  switch (asUint(form, 2)) {
    case 0:
      return { inline: asBytes(items, { max: LIMITS.inlineBytes }) }
    case 1:
      return { chunks: asArray(items, { max: LIMITS.chunksPerPage }).map(chunkOf) }
    default:
      return { pages: asArray(items, { max: MAX_PAGES }).map(pageOf) }
  }
}

function chunkValue(chunk: Chunk): Value {
  return [idBytes(chunk.blob), chunk.key, chunk.epoch, chunk.length]
}

function chunkOf(value: Value): Chunk {
  const [blob, key, epoch, length] = asArray(value, 4)
  return { blob: asId<BlobId>(blob), key: asBytes(key, CHUNK_KEY_BYTES), epoch: asUint(epoch), length: asUint(length) }
}

function pageOf(value: Value): Page {
  const [blob, count, length] = asArray(value, 3)
  return { blob: asId<BlobId>(blob), count: asUint(count), length: asUint(length) }
}

/** What the form alone does not say, checked alike before writing and after reading. */
function checkManifest({ kind, size, gateEpoch, epochs, content }: Manifest): void {
  if (new Set(epochs).size !== epochs.length || epochs.length > LIMITS.epochsPerManifest) throw malformed('its epochs')
  if ('inline' in content) {
    if (epochs.length > 0 || content.inline.length > LIMITS.inlineBytes || content.inline.length !== size)
      throw malformed('its inline content')
    return
  }
  if (kind === 'link' || gateEpoch === null) throw malformed('content it cannot have')
  if ('chunks' in content) {
    if (content.chunks.length === 0 || content.chunks.length > LIMITS.chunksPerPage)
      throw malformed('its number of chunks')
    checkChunks(content.chunks, epochs.length)
    if (total(content.chunks) !== size) throw malformed('lengths that do not add up')
    return
  }
  checkPages(content.pages)
  if (total(content.pages) !== size) throw malformed('lengths that do not add up')
}

function checkChunks(chunks: readonly Chunk[], epochs: number): void {
  for (const { key, epoch, length } of chunks) {
    if (length === 0 || length > LIMITS.chunkMaxBytes) throw malformed('a chunk of impossible length')
    if (epoch >= epochs || key.length !== CHUNK_KEY_BYTES) throw malformed('a chunk of an epoch it does not name')
  }
}

/** One page would be a list of chunks; so there are two or more, full but for the last. */
function checkPages(pages: readonly Page[]): void {
  if (pages.length < 2 || pages.length > MAX_PAGES) throw malformed('its number of pages')
  for (const [number, { count, length }] of pages.entries()) {
    const isLast = number === pages.length - 1
    if (isLast ? count === 0 || count > LIMITS.chunksPerPage : count !== LIMITS.chunksPerPage)
      throw malformed('a page that is not full')
    if (length < count || length > count * LIMITS.chunkMaxBytes) throw malformed('a page of impossible length')
  }
}

function total(items: readonly { readonly length: number }[]): number {
  let sum = 0
  for (const item of items) sum += item.length
  return sum
}

function malformed(what: string): HoldfastError {
  return new HoldfastError('MALFORMED', `a manifest with ${what} wrong`)
}
