import { readFile } from 'node:fs/promises'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { HomeSettings } from '@holdfast/core/home/settings'
import type { Unlock } from '@holdfast/core/home/unlock'

/** Ways to open a home on disk, in the order they are tried; between these two, what the home itself remembers. */
export interface DiskUnlock {
  /** `--passphrase-file` or HOLDFAST_PASSPHRASE_FILE. */
  readonly passphraseFile?: string
  /** Asks on a terminal; absent without one. */
  readonly prompt?: () => Promise<string>
}

export function unlockFromDisk({ passphraseFile, prompt }: DiskUnlock): Unlock {
  return {
    ...(passphraseFile === undefined ? {} : { given: () => readPassphraseFile(passphraseFile) }),
    remembered: rememberedPassphrase,
    ...(prompt === undefined ? {} : { prompt })
  }
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

/** A remembered file that is gone (a stick that is not plugged in) leaves the other ways open. */
async function rememberedPassphrase(settings: HomeSettings): Promise<string | undefined> {
  if (settings.passphraseFile === undefined) return undefined
  try {
    return await readPassphraseFile(settings.passphraseFile)
  } catch {
    return undefined
  }
}
