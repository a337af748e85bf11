/** CRC-32C (Castagnoli) of `bytes` from `from` up to `to`, masked as LevelDB stores it. Eight bytes a step. */
export function maskedCrc32c(bytes: Uint8Array, from = 0, to = bytes.length): number {
  return mask(crc32c(bytes, from, to))
}

/** A CRC that is stored beside what it covers is rotated, so that a CRC over both is not a constant. */
export function mask(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  let crc = -1
  let at = from
  for (const end = to - 7; at < end; at += 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    crc =
      T7[crc & 0xff]! ^
      T6[(crc >>> 8) & 0xff]! ^
      T5[(crc >>> 16) & 0xff]! ^
      T4[crc >>> 24]! ^
      T3[bytes[at + 4]!]! ^
      T2[bytes[at + 5]!]! ^
      T1[bytes[at + 6]!]! ^
      T0[bytes[at + 7]!]!
  }
  for (; at < to; at++) crc = crc32cStep(crc, bytes[at]!)
  return ~crc >>> 0
}

/** One byte more; begins with -1 and ends with `~`. */
export function crc32cStep(crc: number, byte: number): number {
  return T0[(crc ^ byte) & 0xff]! ^ (crc >>> 8)
}

const T0 = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})
const T1 = further(T0)
const T2 = further(T1)
const T3 = further(T2)
const T4 = further(T3)
const T5 = further(T4)
const T6 = further(T5)
const T7 = further(T6)

/** The table for a byte that stands one place earlier. */
function further(table: Int32Array): Int32Array {
  return table.map((crc) => T0[crc & 0xff]! ^ (crc >>> 8))
}
