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
  const sealed = await sealWithFreshSalt(
    DERIVE.payload,
    payloadKey,
    padded(bytes, LIMITS.payloadPaddingBytes),
    aad,
    random
  )
  if (sealed.length > LIMITS.payloadBytes) throw new HoldfastError('TOO_LARGE')
  return sealed
}

/** Errors: TOO_LARGE, MALFORMED, UNSUPPORTED_VERSION, DECRYPT_FAILED. */
export async function openPayload(payloadKey: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Promise<Uint8Array> {
  if (sealed.length > LIMITS.payloadBytes) throw new HoldfastError('TOO_LARGE')
  return unpadded(await openSealed(DERIVE.payload, payloadKey, sealed, aad), LIMITS.payloadPaddingBytes)
}
