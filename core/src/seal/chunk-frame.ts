import { deflate } from '#seal-deflate'
import { HoldfastError } from '../base/errors.ts'
import type { BlobId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { openChunk, sealChunk, sealChunkAgain } from '../secret/aead.ts'
import type { SealedChunk } from '../secret/aead.ts'
import { isZeroFrom, padme, zeros } from './padme.ts'

const VERSION = 1
const CODEC_RAW = 0
const CODEC_DEFLATE = 1
const HEADER_BYTES = 10

/** Seals one piece of content (1 byte to LIMITS.chunkMaxBytes) as a blob. The same content gives the same blob. */
export async function sealContent(convergenceKey: Uint8Array, content: Uint8Array): Promise<SealedChunk> {
  return sealChunk(convergenceKey, await frameChunk(content))
}

/**
 * The blob of a chunk made again from its content; undefined when that is not what was sealed, or is compressed in another way
 * than it was then.
 */
export async function sealContentAgain(
  chunk: { readonly blob: BlobId; readonly key: Uint8Array },
  content: Uint8Array
): Promise<Uint8Array | undefined> {
  return sealChunkAgain(chunk.key, await frameChunk(content), chunk.blob)
}

/**
 * The content of a blob, with the key and the length its manifest names. Errors: TOO_LARGE, MALFORMED,
 * UNSUPPORTED_VERSION, DECRYPT_FAILED.
 */
export async function openContent(
  chunk: { readonly key: Uint8Array; readonly length: number },
  blob: Uint8Array
): Promise<Uint8Array> {
  const content = await unframeChunk(await openChunk(chunk.key, blob))
  if (content.length !== chunk.length)
    throw new HoldfastError('MALFORMED', 'a chunk of another length than its manifest says')
  return content
}

/**
 * The exact bytes that are sealed (FORMAT.md section 4.2), in pieces so that the content is not copied:
 * `u8 version | u8 codec | u32 content length | u32 stored length | stored bytes | zeros`.
 */
export async function frameChunk(content: Uint8Array): Promise<readonly Uint8Array[]> {
  if (content.length === 0 || content.length > LIMITS.chunkMaxBytes)
    throw new HoldfastError('INTERNAL', 'a chunk has 1 byte to the maximum')
  const smaller = await compressed(content)
  const stored = smaller ?? content
  const header = new Uint8Array(HEADER_BYTES)
  const view = new DataView(header.buffer)
  view.setUint8(0, VERSION)
  view.setUint8(1, smaller === undefined ? CODEC_RAW : CODEC_DEFLATE)
  view.setUint32(2, content.length)
  view.setUint32(6, stored.length)
  const used = HEADER_BYTES + stored.length
  return [header, stored, zeros(padme(used) - used)]
}

/** The content of exact bytes; a view of them when it was not compressed. Errors: MALFORMED, TOO_LARGE, UNSUPPORTED_VERSION. */
export async function unframeChunk(exactBytes: Uint8Array): Promise<Uint8Array> {
  if (exactBytes.length < HEADER_BYTES) throw new HoldfastError('MALFORMED', 'too short to be a chunk')
  const view = new DataView(exactBytes.buffer, exactBytes.byteOffset)
  if (view.getUint8(0) !== VERSION) throw new HoldfastError('UNSUPPORTED_VERSION')
  const contentBytes = view.getUint32(2)
  const used = HEADER_BYTES + view.getUint32(6)
  if (contentBytes > LIMITS.chunkMaxBytes) throw new HoldfastError('TOO_LARGE')
  if (contentBytes === 0) throw new HoldfastError('MALFORMED', 'a chunk without content')
  if (exactBytes.length !== padme(used)) throw new HoldfastError('MALFORMED', 'padded to another length')
  if (!isZeroFrom(exactBytes, used)) throw new HoldfastError('MALFORMED', 'padding that is not zero')
  return unpacked(view.getUint8(1), exactBytes.subarray(HEADER_BYTES, used), contentBytes)
}

async function unpacked(codec: number, stored: Uint8Array, contentBytes: number): Promise<Uint8Array> {
  if (codec === CODEC_RAW) {
    if (stored.length !== contentBytes) throw new HoldfastError('MALFORMED', 'two lengths that differ')
    return stored
  }
  if (codec !== CODEC_DEFLATE) throw new HoldfastError('MALFORMED', 'an unknown codec')
  const content = await deflate.inflateRaw(stored, contentBytes)
  if (content === undefined)
    throw new HoldfastError('MALFORMED', 'compressed bytes that do not give the declared length')
  return content
}

/**
 * The deflated content if a probe from its middle says that it is worth it. Most large files are compressed already,
 * and counting the probe's bytes tells most of those apart from the rest at a fraction of the cost of deflating it.
 */
async function compressed(content: Uint8Array): Promise<Uint8Array | undefined> {
  const probeBytes = Math.min(content.length, LIMITS.compressionProbeBytes)
  const from = (content.length - probeBytes) >> 1
  const piece = content.subarray(from, from + probeBytes)
  if (looksRandom(piece)) return undefined
  const probe = await deflate.deflateRaw(piece)
  if (probe.length > probeBytes * 0.9) return undefined
  const whole = probeBytes === content.length ? probe : await deflate.deflateRaw(content)
  return whole.length < content.length ? whole : undefined
}

/**
 * Whether every byte value is about as frequent as every other: chi-squared of even counts under 512, which random
 * bytes (255 ± 23) keep and text, programs, tables and repeated pieces exceed by far.
 */
function looksRandom(piece: Uint8Array): boolean {
  if (piece.length < LIMITS.compressionProbeBytes) return false
  const counts = new Int32Array(256)
  for (let i = 0; i < piece.length; i++) counts[piece[i]!]!++
  const expected = piece.length / 256
  let chiSquared = 0
  for (const count of counts) chiSquared += (count - expected) ** 2 / expected
  return chiSquared < 512
}
