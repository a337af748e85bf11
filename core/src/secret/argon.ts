import { argon2id } from 'hash-wasm'
import { utf8 } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'

/** The cost of one guess. */
export interface ArgonCost {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

export const ARGON_SALT_BYTES = 16

/** What new boxes cost: the floor, about a third of a second on a laptop and a few on a phone. */
export const DEFAULT_ARGON_COST: ArgonCost = {
  memoryKiB: LIMITS.argonFloorMemoryKiB,
  passes: LIMITS.argonFloorPasses,
  lanes: 1
}

/**
 * A 32-byte key from a passphrase: Argon2id version 1.3 (RFC 9106) over its UTF-8 bytes in Unicode form NFKC, so that
 * the same letters typed on another system are the same passphrase. A cost under the floor is refused as a downgrade
 * and one over the ceiling as an attack on memory: both MALFORMED, because no honest program writes them.
 */
export async function keyFromPassphrase(passphrase: string, salt: Uint8Array, cost: ArgonCost): Promise<Uint8Array> {
  if (salt.length !== ARGON_SALT_BYTES || !isAllowed(cost))
    throw new HoldfastError('MALFORMED', 'an unlock cost outside the allowed range')
  const password = utf8(passphrase.normalize('NFKC'))
  if (password.length === 0) throw new HoldfastError('WRONG_PASSPHRASE', 'A passphrase cannot be empty.')
  const { memoryKiB: memorySize, passes: iterations, lanes: parallelism } = cost
  return argon2id({ password, salt, memorySize, iterations, parallelism, hashLength: 32, outputType: 'binary' })
}

function isAllowed({ memoryKiB, passes, lanes }: ArgonCost): boolean {
  return (
    isBetween(memoryKiB, LIMITS.argonFloorMemoryKiB, LIMITS.argonCeilingMemoryKiB) &&
    isBetween(passes, LIMITS.argonFloorPasses, LIMITS.argonCeilingPasses) &&
    isBetween(lanes, 1, LIMITS.argonCeilingLanes)
  )
}

function isBetween(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max
}
