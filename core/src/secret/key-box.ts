import { asArray, asBytes, asText, asUint, asVersion, decode, encode } from '../base/codec.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { DERIVE } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import type { Random } from '../ports/random.ts'
import { openSealed, SEALED_OVERHEAD_BYTES, sealWithFreshSalt } from './aead.ts'
import { ARGON_SALT_BYTES, DEFAULT_ARGON_COST, keyFromPassphrase } from './argon.ts'
import type { ArgonCost } from './argon.ts'

const VERSION = 1
const ALGORITHM = 'argon2id'
const EMPTY = new Uint8Array(0)

/**
 * A device's secret bytes at rest: canonical `[1, "argon2id", memory KiB, passes, lanes, salt16, sealed]` (FORMAT.md
 * section 3). At most LIMITS.keyBoxBytes.
 */
export async function wrapWithPassphrase(
  passphrase: string,
  secrets: Uint8Array,
  random: Random,
  cost: ArgonCost = DEFAULT_ARGON_COST
): Promise<Uint8Array> {
  const salt = random.bytes(ARGON_SALT_BYTES)
  const key = await keyFromPassphrase(passphrase, salt, cost)
  const sealed = await wrapWithKey(key, secrets, random)
  const box = encode([VERSION, ALGORITHM, cost.memoryKiB, cost.passes, cost.lanes, salt, sealed])
  if (box.length > LIMITS.keyBoxBytes) throw new HoldfastError('TOO_LARGE')
  return box
}

/** Errors: WRONG_PASSPHRASE (or the box was changed: the two cannot be told apart), MALFORMED, UNSUPPORTED_VERSION, TOO_LARGE. */
export async function unwrapWithPassphrase(passphrase: string, box: Uint8Array): Promise<Uint8Array> {
  const { cost, salt, sealed } = decodeBox(box)
  const key = await keyFromPassphrase(passphrase, salt, cost)
  try {
    return await unwrapWithKey(key, sealed)
  } catch (error) {
    throw isHoldfastError(error, 'DECRYPT_FAILED') ? new HoldfastError('WRONG_PASSPHRASE') : error
  }
}

/** The same secrets under a 32-byte unlock key that is stored elsewhere: sealed in shape 2. */
export function wrapWithKey(unlockKey: Uint8Array, secrets: Uint8Array, random: Random): Promise<Uint8Array> {
  return sealWithFreshSalt(DERIVE.deviceStore, unlockKey, secrets, EMPTY, random)
}

/** Errors: MALFORMED, UNSUPPORTED_VERSION, TOO_LARGE, DECRYPT_FAILED. */
export async function unwrapWithKey(unlockKey: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  if (sealed.length > LIMITS.keyBoxBytes) throw new HoldfastError('TOO_LARGE')
  return openSealed(DERIVE.deviceStore, unlockKey, sealed, EMPTY)
}

function decodeBox(box: Uint8Array): { cost: ArgonCost; salt: Uint8Array; sealed: Uint8Array } {
  const value = decode(box, LIMITS.keyBoxBytes)
  asVersion(asArray(value, { max: 7 })[0], VERSION)
  const [, algorithm, memoryKiB, passes, lanes, salt, sealed] = asArray(value, 7)
  if (asText(algorithm, ALGORITHM.length) !== ALGORITHM) throw new HoldfastError('UNSUPPORTED_VERSION')
  return {
    cost: { memoryKiB: asUint(memoryKiB), passes: asUint(passes), lanes: asUint(lanes) },
    salt: asBytes(salt, ARGON_SALT_BYTES),
    sealed: sealedBytes(sealed)
  }
}

function sealedBytes(value: Parameters<typeof asBytes>[0]): Uint8Array {
  const sealed = asBytes(value, { max: LIMITS.keyBoxBytes })
  if (sealed.length < SEALED_OVERHEAD_BYTES) throw new HoldfastError('MALFORMED', 'too short to be sealed')
  return sealed
}
