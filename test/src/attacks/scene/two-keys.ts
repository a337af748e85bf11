import { createCipheriv } from 'node:crypto'

/**
 * One AES-256-GCM ciphertext that opens under two keys (Dodis, Grubbs, Ristenpart, Woodage 2018): under the first to the plaintext, but for
 * one block of it that is solved for, under the second to noise. Returns ciphertext and tag.
 */
export function underTwoKeys(
  keys: readonly [Uint8Array, Uint8Array],
  nonce: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  freeBlock: number
): Uint8Array {
  const [one, two] = keys.map((key) => ({
    hash: number(block(key, new Uint8Array(16))),
    mask: number(block(key, counter(nonce, 1)))
  }))
  const stream = createCipheriv('aes-256-ctr', keys[0], counter(nonce, 2))
  const sealed = Buffer.concat([stream.update(plaintext), stream.final()])
  sealed.fill(0, freeBlock * 16, freeBlock * 16 + 16)
  const parts = [...blocks(aad), ...blocks(sealed), lengths(aad.length, sealed.length)]
  const place = blocks(aad).length + freeBlock
  const power = (base: bigint, at: number): bigint => raised(base, BigInt(parts.length - at))
  const weight = (at: number): bigint => power(one!.hash, at) ^ power(two!.hash, at)
  let rest = one!.mask ^ two!.mask
  for (const [at, part] of parts.entries()) rest ^= times(number(part), weight(at))
  const solved = times(rest, raised(weight(place), 2n ** 128n - 2n))
  sealed.set(bytes(solved), freeBlock * 16)
  let tag = one!.mask
  for (const [at, part] of [...blocks(aad), ...blocks(sealed), lengths(aad.length, sealed.length)].entries()) {
    tag ^= times(number(part), power(one!.hash, at))
  }
  return Buffer.concat([sealed, bytes(tag)])
}

function block(key: Uint8Array, input: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return cipher.update(input)
}

function counter(nonce: Uint8Array, count: number): Buffer {
  return Buffer.concat([nonce, Buffer.of(0, 0, 0, count)])
}

function blocks(data: Uint8Array): Buffer[] {
  return Array.from({ length: Math.ceil(data.length / 16) }, (_, at) => {
    const part = Buffer.alloc(16)
    part.set(data.subarray(at * 16, at * 16 + 16))
    return part
  })
}

function lengths(aad: number, text: number): Buffer {
  const out = Buffer.alloc(16)
  out.writeBigUInt64BE(BigInt(aad * 8), 0)
  out.writeBigUInt64BE(BigInt(text * 8), 8)
  return out
}

function number(data: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(data).toString('hex')}`)
}

function bytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(32, '0'), 'hex')
}

/** Multiplication in GF(2^128) in the bit order of GCM (NIST SP 800-38D, algorithm 1). */
function times(x: bigint, y: bigint): bigint {
  let [product, shifted] = [0n, y]
  for (let bit = 127n; bit >= 0n; bit--) {
    if (((x >> bit) & 1n) === 1n) product ^= shifted
    shifted = (shifted & 1n) === 1n ? (shifted >> 1n) ^ (0xe1n << 120n) : shifted >> 1n
  }
  return product
}

function raised(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n << 127n, base]
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = times(result, square)
    square = times(square, square)
  }
  return result
}
