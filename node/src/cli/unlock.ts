import { HoldfastError } from '@holdfast/core/base/errors'
import { resolve } from 'node:path'
import { readPassphraseFile, type DiskUnlock } from '../home/unlock.ts'
import type { Context } from '../term/app.ts'
import { settingsOf } from './settings.ts'
import { askNewPassphrase, askPassphrase, canAsk } from '../term/prompt.ts'

export function unlockFrom({ globals, signal }: Context): DiskUnlock {
  return {
    ...(globals.passphraseFile === undefined ? {} : { passphraseFile: globals.passphraseFile }),
    ...(canAsk(globals) ? { prompt: () => askPassphrase('Passphrase of this device', signal) } : {})
  }
}

/** How later commands open a home that is being made without asking: by a key stored in it, or by the passphrase file. */
export async function unlockLater(
  { globals }: Context,
  storeCredentials: boolean
): Promise<{ storeCredentials?: boolean; passphraseFile?: string }> {
  if (storeCredentials || (await settingsOf(globals))['unlock.storeCredentials']) return { storeCredentials: true }
  return globals.passphraseFile === undefined ? {} : { passphraseFile: resolve(globals.passphraseFile) }
}

export const STORE_CREDENTIALS = [
  '--store-credentials',
  'keep a key in the home that opens it without the passphrase: whoever can read its files, or has its disk, can then open everything'
] as const

/** The passphrase of a home that is being made. Throws LOCKED without a file and a terminal. */
export function newPassphrase({ globals, signal }: Context): Promise<string> {
  if (globals.passphraseFile !== undefined) return readPassphraseFile(globals.passphraseFile)
  if (!canAsk(globals))
    throw new HoldfastError('LOCKED', 'A new one needs a passphrase, and there is no terminal to ask for it.')
  return askNewPassphrase(signal)
}
