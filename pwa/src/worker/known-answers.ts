import { toHex, utf8 } from '@holdfast/core/base/bytes'
import { HoldfastError } from '@holdfast/core/base/errors'
import { blake3 } from '@holdfast/core/proof/blake3'
import { DEFAULT_ARGON_COST, keyFromPassphrase } from '@holdfast/core/secret/argon'

/** Of the reference implementations (core's tests compare them). */
const BLAKE3_OF_NOTHING = 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262'
const KEY_OF_PASSWORD = 'd836918f2f97b3e32959ec98d566f476ed6bde9484cfe186e3fa5b609f77a266'

/**
 * Before keys are sealed: whether this browser computes what every other does. A key box made otherwise could be opened nowhere else,
 * or never again. Throws INTERNAL.
 */
export async function assertKnownAnswers(): Promise<void> {
  const key = await keyFromPassphrase('password', utf8('sixteen bytes ok'), DEFAULT_ARGON_COST)
  if (toHex(key) !== KEY_OF_PASSWORD || toHex(blake3(new Uint8Array(0))) !== BLAKE3_OF_NOTHING)
    throw new HoldfastError('INTERNAL', 'this browser computes other hashes than the others')
}
