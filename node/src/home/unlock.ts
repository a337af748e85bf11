import { readFile } from 'node:fs/promises'
import { HoldfastError } from '@holdfast/core/base/errors'

/** Ways to open the key box, in the order they are tried. */
export interface Unlock {
  /** `--passphrase-file` or HOLDFAST_PASSPHRASE_FILE. */
  readonly passphraseFile?: string
  /** Asks on a terminal; absent without one. */
  readonly prompt?: () => Promise<string>
}

/** The first line of a passphrase file, without its line end. Throws LOCKED when it cannot be read or is empty. */
export async function readPassphraseFile(path: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new HoldfastError('LOCKED', `The passphrase file ${path} cannot be read.`, { cause })
  }
  const passphrase = text.split(/\r?\n/, 1)[0]!
  if (passphrase === '') throw new HoldfastError('LOCKED', `The passphrase file ${path} is empty.`)
  return passphrase
}
