/**
 * The length that `length` bytes (under 4 GiB) are padded to (Padmé: Nikitin et al., "Reducing Metadata Leakage from Encrypted Files",
 * 2019): at most 12 % more, and only about log log of the length stays visible.
 */
export function padme(length: number): number {
  if (length < 2) return length
  const exponent = 31 - Math.clz32(length)
  const kept = 32 - Math.clz32(exponent)
  const step = 2 ** Math.max(0, exponent - kept)
  return Math.ceil(length / step) * step
}

/** `length` zero bytes, a view of one shared array: never written to. */
export function zeros(length: number): Uint8Array {
  if (length > ZEROS.length) return new Uint8Array(length)
  return ZEROS.subarray(0, length)
}

/** Whether all bytes from `from` on are zero. */
export function isZeroFrom(bytes: Uint8Array, from: number): boolean {
  let seen = 0
  for (let i = from; i < bytes.length; i++) seen |= bytes[i]!
  return seen === 0
}

/** The most that padding adds to a chunk of the maximum size. */
const ZEROS = new Uint8Array(64 * 1024)
