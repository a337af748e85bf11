/** Reads LevelDB's own encodings from bytes that may be anything: what does not fit is undefined, never an exception. */
export class LevelBytes {
  readonly bytes: Uint8Array
  readonly end: number
  at: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get left(): number {
    return this.end - this.at
  }

  byte(): number | undefined {
    return this.at < this.end ? this.bytes[this.at++] : undefined
  }

  /** At most 53 bits, which no length, place or number of ours exceeds. */
  varint(): number | undefined {
    let value = 0
    for (let scale = 1; scale < 2 ** 53; scale *= 128) {
      const byte = this.byte()
      if (byte === undefined) return undefined
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return Number.isSafeInteger(value) ? value : undefined
    }
    return undefined
  }

  fixed32(): number | undefined {
    if (this.left < 4) return undefined
    const { bytes, at } = this
    this.at += 4
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  }

  take(length: number): Uint8Array | undefined {
    if (length > this.left) return undefined
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  /** A length and so many bytes. */
  slice(): Uint8Array | undefined {
    const length = this.varint()
    return length === undefined ? undefined : this.take(length)
  }
}

/** Sequence number and kind of a row: 7 bytes and one, little-endian, as behind every key in a table. */
export function splitTag(tag: Uint8Array): { readonly sequence: number; readonly kind: number } {
  let sequence = 0
  for (let at = 7; at >= 1; at--) sequence = sequence * 256 + tag[at]!
  return { sequence, kind: tag[0]! }
}

export const TAG_BYTES = 8
export const DELETION = 0
export const VALUE = 1

/** What was written about one key at one time. */
export interface LevelRow {
  readonly key: Uint8Array
  readonly sequence: number
  /** Undefined: deleted. */
  readonly value: Uint8Array | undefined
}
