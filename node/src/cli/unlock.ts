import { HoldfastError } from '@holdfast/core/base/errors'
import { readPassphraseFile, type Unlock } from '../home/unlock.ts'
import type { Context } from '../term/app.ts'
import { askNewPassphrase, askPassphrase, canAsk } from '../term/prompt.ts'

export function unlockFrom({ globals, signal }: Context): Unlock {
  return {
    ...(globals.passphraseFile === undefined ? {} : { passphraseFile: globals.passphraseFile }),
    ...(canAsk(globals) ? { prompt: () => askPassphrase('Passphrase of this device', signal) } : {})
  }
}

/** The passphrase of a home that is being made. Throws LOCKED without a file and a terminal. */
export function newPassphrase({ globals, signal }: Context): Promise<string> {
  if (globals.passphraseFile !== undefined) return readPassphraseFile(globals.passphraseFile)
  if (!canAsk(globals)) throw new HoldfastError('LOCKED')
  return askNewPassphrase(signal)
}
