import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { decodeRecoveryKit } from '../vault/recovery-kit.ts'
import type { RecoveryKit } from '../vault/recovery-kit.ts'

/** Throws BAD_WORDS, UNSUPPORTED_VERSION. */
export function kitFromText(text: string): RecoveryKit {
  try {
    return decodeRecoveryKit(text)
  } catch (error) {
    if (!isHoldfastError(error, 'MALFORMED') && !isHoldfastError(error, 'TOO_LARGE')) throw error
    throw new HoldfastError('BAD_WORDS', NO_KIT, { cause: error }) // what repairs a vault repairs no kit
  }
}

export const NO_KIT = 'This is no recovery kit: its first line, the words, then a line for each relay.'
