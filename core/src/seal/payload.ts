import { deflate } from '#seal-deflate'
import { concat } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { DERIVE } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import type { Random } from '../ports/random.ts'
import { openSealed, sealWithFreshSalt } from '../secret/aead.ts'
import { padded, unpadded } from './padded.ts'

/** An entry's operations under the epoch's payload key; `aad` binds the header (FORMAT.md section 4.5). Throws TOO_LARGE. */
export async function sealPayload(
  payloadKey: Uint8Array,
  bytes: Uint8Array,
  aad: Uint8Array,
  random: Random
): Promise<Uint8Array> {
  if (bytes.length > LIMITS.payloadBytes) throw new HoldfastError('TOO_LARGE')
  const plaintext = padded(await packed(bytes), LIMITS.payloadPaddingBytes)
  const sealed = await sealWithFreshSalt(DERIVE.payload, payloadKey, plaintext, aad, random)
  if (sealed.length > LIMITS.payloadBytes) throw new HoldfastError('TOO_LARGE')
  return sealed
}

/** Errors: TOO_LARGE, MALFORMED, UNSUPPORTED_VERSION, DECRYPT_FAILED. */
export async function openPayload(payloadKey: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
  if (sealed.length > LIMITS.payloadBytes) throw new HoldfastError('TOO_LARGE')
  return unpacked(unpadded(await openSealed(DERIVE.payload, payloadKey, sealed, aad), LIMITS.payloadPaddingBytes))
}

const CODEC_RAW = 0
const CODEC_DEFLATE = 1
/** A short edit stays as it is: nothing is saved below the least padding. */
const WORTH_BYTES = 1024
const LENGTH_BYTES = 4

/** Keys of the index are hexadecimal and stand twice: many names at once take two thirds of their bytes. */
async function packed(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.length >= WORTH_BYTES) {
    const small = await deflate.deflateRaw(bytes)
    const length = new Uint8Array(LENGTH_BYTES)
    new DataView(length.buffer).setUint32(0, bytes.length)
    if (small.length + LENGTH_BYTES < bytes.length) return concat(Uint8Array.of(CODEC_DEFLATE), length, small)
  }
  return concat(Uint8Array.of(CODEC_RAW), bytes)
}

async function unpacked(stored: Uint8Array): Promise<Uint8Array> {
  if (stored[0] === CODEC_RAW) return stored.subarray(1)
  if (stored[0] !== CODEC_DEFLATE || stored.length < 1 + LENGTH_BYTES)
    throw new HoldfastError('MALFORMED', 'an unknown codec')
  const length = new DataView(stored.buffer, stored.byteOffset).getUint32(1)
  if (length > LIMITS.payloadBytes) throw new HoldfastError('TOO_LARGE')
  const bytes = length === 0 ? undefined : await deflate.inflateRaw(stored.subarray(1 + LENGTH_BYTES), length)
  if (bytes === undefined) throw new HoldfastError('MALFORMED', 'compressed bytes that do not give the declared length')
  return bytes
}
