import { concat, equalBytes } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes } from '../base/ids.ts'
import type { BlobId, ObjectId } from '../base/ids.ts'
import { DERIVE } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import type { Random } from '../ports/random.ts'
import { blake3Id, blake3Keyed, deriveKey } from '../proof/blake3.ts'
import { openSealed, saltedHeaderOf, sealWithFreshSalt, sealWithSaltAgain } from '../secret/aead.ts'
import { decodeManifest, decodePage, encodeManifest, encodePage } from './manifest.ts'
import type { Chunk, Content, Manifest, Page } from './manifest.ts'
import { padded, unpadded } from './padded.ts'

export interface Blob {
  readonly id: BlobId
  readonly blob: Uint8Array
}

/** The manifest as a blob, and the commitment that the index keeps of it. */
export async function sealManifest(
  objectKey: Uint8Array,
  manifest: Manifest,
  random: Random
): Promise<Blob & { readonly commitment: Uint8Array }> {
  const canonical = encodeManifest(manifest)
  const blob = await sealWithFreshSalt(DERIVE.manifest, objectKey, padded(canonical), idBytes(manifest.object), random)
  return { id: blake3Id<BlobId>(blob), blob, commitment: manifestCommitment(objectKey, canonical) }
}

/** What has to be kept of a manifest's blob to make it again from the manifest. */
export const manifestHeaderOf = saltedHeaderOf

/** The very blob that a manifest was sealed as before; undefined when it was another manifest. */
export function sealManifestAgain(
  objectKey: Uint8Array,
  manifest: Manifest,
  blob: { readonly header: Uint8Array; readonly id: BlobId }
): Promise<Uint8Array | undefined> {
  return sealWithSaltAgain(DERIVE.manifest, objectKey, padded(encodeManifest(manifest)), idBytes(manifest.object), blob)
}

/**
 * The manifest of `object`, exactly the one the index commits to: one ciphertext that opens under two keys does not
 * help. Errors: TOO_LARGE, MALFORMED, UNSUPPORTED_VERSION, DECRYPT_FAILED, COMMITMENT_MISMATCH.
 */
export async function openManifest(
  objectKey: Uint8Array,
  blob: Uint8Array,
  expected: { readonly object: ObjectId; readonly commitment: Uint8Array }
): Promise<Manifest> {
  if (blob.length > LIMITS.manifestBytes) throw new HoldfastError('TOO_LARGE')
  const canonical = unpadded(await openSealed(DERIVE.manifest, objectKey, blob, idBytes(expected.object)))
  if (!equalBytes(manifestCommitment(objectKey, canonical), expected.commitment))
    throw new HoldfastError('COMMITMENT_MISMATCH')
  const manifest = decodeManifest(canonical)
  if (manifest.object !== expected.object) throw new HoldfastError('MALFORMED', 'the manifest of another object')
  return manifest
}

/** Says nothing about the content to who lacks the object key, and binds key and canonical bytes. */
export function manifestCommitment(objectKey: Uint8Array, canonical: Uint8Array): Uint8Array {
  return blake3Keyed(deriveKey(DERIVE.manifestCommitment, objectKey), canonical)
}

/** The chunks of an object as the content of its manifest: a list, or over LIMITS.chunksPerPage the pages to store. */
export async function layOutChunks(
  objectKey: Uint8Array,
  object: ObjectId,
  chunks: readonly Chunk[],
  random: Random
): Promise<{ readonly content: Content; readonly pageBlobs: readonly Blob[] }> {
  if (chunks.length <= LIMITS.chunksPerPage) return { content: { chunks }, pageBlobs: [] }
  const pages: Page[] = []
  const pageBlobs: Blob[] = []
  for (let at = 0; at < chunks.length; at += LIMITS.chunksPerPage) {
    const part = chunks.slice(at, at + LIMITS.chunksPerPage)
    const blob = await sealWithFreshSalt(
      DERIVE.manifest,
      objectKey,
      padded(encodePage(part)),
      pageAad(object, pages.length),
      random
    )
    const id = blake3Id<BlobId>(blob)
    pageBlobs.push({ id, blob })
    pages.push({ blob: id, count: part.length, length: part.reduce((sum, chunk) => sum + chunk.length, 0) })
  }
  return { content: { pages }, pageBlobs }
}

/**
 * The chunks of page `number` (from 0) of an opened manifest. Errors: HASH_MISMATCH, TOO_LARGE, MALFORMED,
 * UNSUPPORTED_VERSION, DECRYPT_FAILED.
 */
export async function openPage(
  objectKey: Uint8Array,
  manifest: Manifest,
  number: number,
  blob: Uint8Array
): Promise<readonly Chunk[]> {
  const page = 'pages' in manifest.content ? manifest.content.pages[number] : undefined
  if (page === undefined) throw new HoldfastError('INTERNAL', 'there is no such page')
  if (blob.length > LIMITS.manifestBytes) throw new HoldfastError('TOO_LARGE')
  if (blake3Id<BlobId>(blob) !== page.blob) throw new HoldfastError('HASH_MISMATCH')
  const plaintext = await openSealed(DERIVE.manifest, objectKey, blob, pageAad(manifest.object, number))
  return decodePage(unpadded(plaintext), page, manifest)
}

function pageAad(object: ObjectId, number: number): Uint8Array {
  const numbered = new Uint8Array(4)
  new DataView(numbered.buffer).setUint32(0, number)
  return concat(idBytes(object), numbered)
}
