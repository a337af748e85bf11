import { HoldfastError } from '../base/errors.ts'

export const GATE_KEY_BYTES = 16
const ROUNDS = 12

/**
 * The keyed decision where to cut: Chaskey-12 (Mouha et al., SAC 2014; ISO/IEC 29192-6) over exactly 16 bytes. Without
 * the key nobody can tell a known file by its chunk sizes, nor learn the key from them: it is a PRF, not a secret table.
 */
export interface Gate {
  /** The first 32 bits of the tag of `bytes[at - 16 .. at]`, as an unsigned number. */
  first32(bytes: Uint8Array, at: number): number
  /** The whole tag of 16 bytes, as four little-endian words; only tests need it. */
  tag(bytes: Uint8Array, at: number): Int32Array
}

export function createGate(key: Uint8Array): Gate {
  if (key.length !== GATE_KEY_BYTES) throw new HoldfastError('INTERNAL', 'a gate key has 16 bytes')
  const k = Int32Array.from({ length: 4 }, (_, i) => word(key, i * 4))
  const sub = doubled(k)
  const out = new Int32Array(4)
  const [s0, s1, s2, s3] = [sub[0]!, sub[1]!, sub[2]!, sub[3]!]
  // The message's only block meets key and subkey together, before the permutation.
  const [i0, i1, i2, i3] = [k[0]! ^ s0, k[1]! ^ s1, k[2]! ^ s2, k[3]! ^ s3]

  const run = (bytes: Uint8Array, at: number): number => {
    let v0 = i0 ^ word(bytes, at - 16)
    let v1 = i1 ^ word(bytes, at - 12)
    let v2 = i2 ^ word(bytes, at - 8)
    let v3 = i3 ^ word(bytes, at - 4)
    for (let round = 0; round < ROUNDS; round++) {
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 13) | (v3 >>> 19)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 7) | (v1 >>> 25)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
    }
    out[1] = v1 ^ s1
    out[2] = v2 ^ s2
    out[3] = v3 ^ s3
    return (out[0] = v0 ^ s0)
  }

  return {
    first32: (bytes, at) => run(bytes, at) >>> 0,
    tag(bytes, at) {
      run(bytes, at)
      return out.slice()
    }
  }
}

/** Multiplication by x in GF(2^128), as CMAC does it. */
function doubled(k: Int32Array): Int32Array {
  return Int32Array.of(
    (k[0]! << 1) ^ (k[3]! < 0 ? 0x87 : 0),
    (k[1]! << 1) | (k[0]! >>> 31),
    (k[2]! << 1) | (k[1]! >>> 31),
    (k[3]! << 1) | (k[2]! >>> 31)
  )
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}
