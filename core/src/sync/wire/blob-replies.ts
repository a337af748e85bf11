import { asArray, asBytes, asInt, asUint, decode, encode } from '../../base/codec.ts'
import { HoldfastError } from '../../base/errors.ts'
import { LIMITS } from '../../base/limits.ts'

/** Answers of `/holdfast/blob/1` (FORMAT.md 7.2). Every reader knows the question and takes no answer to another. */

/** What became of one blob of a put. */
export const PUT = { stored: 0, notWanted: 1, wrongHash: 2 } as const
export type PutOutcome = (typeof PUT)[keyof typeof PUT]

const HAVE = 0
const GET = 1
const PUTS = 2
const INTENT = 3
const END_INTENT = 4
const LINK = 5
const RECORDS = 6

export const encodeHaveReply = (bits: readonly boolean[]): Uint8Array => encode([HAVE, packBits(bits)])
export const encodeLinkReply = (bits: readonly boolean[]): Uint8Array => encode([LINK, packBits(bits)])
export const encodePutReply = (outcomes: readonly PutOutcome[]): Uint8Array => encode([PUTS, outcomes])
export const encodeIntentReply = (): Uint8Array => encode([INTENT])
export const encodeEndIntentReply = (): Uint8Array => encode([END_INTENT])

/** A size for each blob asked for that stands in the body, −1 for one not here; shorter than the question: ask again. */
export const encodeGetReply = (sizes: readonly number[]): Uint8Array => encode([GET, sizes])
/** As `encodeGetReply`; the records stand in the body. */
export const encodeRecordsReply = (sizes: readonly number[]): Uint8Array => encode([RECORDS, sizes])

/** One answer for each of the `count` blobs asked about. Throws MALFORMED. */
export const decodeHaveReply = (header: Uint8Array, count: number): boolean[] => readBits(header, HAVE, count)

export function decodePutReply(header: Uint8Array, count: number): PutOutcome[] {
  const [, outcomes] = readReply(header, PUTS, 2)
  return asArray(outcomes, count).map((item) => asUint(item, PUT.wrongHash) as PutOutcome)
}

export function decodeIntentReply(header: Uint8Array): void {
  readReply(header, INTENT, 1)
}

export function decodeEndIntentReply(header: Uint8Array): void {
  readReply(header, END_INTENT, 1)
}

/**
 * What the body holds for the first of the `asked` ones, as views into it: bytes, or null for one the peer does not
 * have. Throws MALFORMED when sizes and body do not fit.
 */
export function splitGetReply(header: Uint8Array, body: Uint8Array, asked: number): (Uint8Array | null)[] {
  return splitBody(readReply(header, GET, 2)[1], body, asked, LIMITS.blobBytes)
}

export function splitRecordsReply(header: Uint8Array, body: Uint8Array, asked: number): (Uint8Array | null)[] {
  return splitBody(readReply(header, RECORDS, 2)[1], body, asked, LIMITS.recordBytes)
}

type Decoded = ReturnType<typeof decode>

function splitBody(
  sizes: Decoded | undefined,
  body: Uint8Array,
  asked: number,
  maxBytes: number
): (Uint8Array | null)[] {
  let at = 0
  const parts = asArray(sizes, { max: asked }).map((value) => {
    const size = asInt(value)
    if (size === -1) return null
    if (size < 0 || size > maxBytes || size > body.length - at)
      throw new HoldfastError('MALFORMED', 'a size past the body')
    at += size
    return body.subarray(at - size, at)
  })
  if (at !== body.length) throw new HoldfastError('MALFORMED', 'a body longer than its sizes')
  return parts
}

function readReply(header: Uint8Array, kind: number, length: number): readonly Decoded[] {
  const items = asArray(decode(header, LIMITS.blobFrameHeaderBytes), length)
  if (asUint(items[0]) !== kind) throw new HoldfastError('MALFORMED', 'an answer to another question')
  return items
}

function readBits(header: Uint8Array, kind: number, count: number): boolean[] {
  const [, value] = readReply(header, kind, 2)
  const bytes = asBytes(value, (count + 7) >> 3)
  const bits = Array.from({ length: count }, (_, i) => ((bytes[i >> 3]! << (i & 7)) & 0x80) !== 0)
  const unused = bytes.length * 8 - count
  if (unused > 0 && (bytes[bytes.length - 1]! & ((1 << unused) - 1)) !== 0)
    throw new HoldfastError('MALFORMED', 'bits past the end')
  return bits
}

function packBits(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array((bits.length + 7) >> 3)
  for (let i = 0; i < bits.length; i++) if (bits[i]) bytes[i >> 3]! |= 0x80 >> (i & 7)
  return bytes
}
