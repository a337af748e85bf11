import { rm } from 'node:fs/promises'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { Random } from '@holdfast/core/ports/random'
import { unwrapWithKey, unwrapWithPassphrase, wrapWithKey, wrapWithPassphrase } from '@holdfast/core/secret/key-box'
import { decodeDeviceSecrets, encodeDeviceSecrets } from '@holdfast/core/vault/secrets'
import type { DeviceSecrets } from '@holdfast/core/vault/secrets'
import { readFileOrUndefined, writeFileDurably } from '../disk/atomic-file.ts'
import type { HomePaths } from './paths.ts'
import type { HomeSettings } from './settings.ts'
import { readPassphraseFile } from './unlock.ts'
import type { Unlock } from './unlock.ts'

const PRIVATE = 0o600
const UNLOCK_KEY_BYTES = 32

export async function writeKeyBox(
  paths: HomePaths,
  secrets: DeviceSecrets,
  passphrase: string,
  random: Random
): Promise<void> {
  await writeFileDurably(
    paths.keyBox,
    await wrapWithPassphrase(passphrase, encodeDeviceSecrets(secrets), random),
    PRIVATE
  )
}

/** Keeps a key that opens this home without a passphrase (only when the user asked for it), or takes it away. */
export async function storeUnlockKey(
  paths: HomePaths,
  secrets: DeviceSecrets | undefined,
  random: Random
): Promise<void> {
  if (secrets === undefined) return rm(paths.unlockKey, { force: true })
  const key = random.bytes(UNLOCK_KEY_BYTES)
  const sealed = await wrapWithKey(key, encodeDeviceSecrets(secrets), random)
  await writeFileDurably(paths.unlockKey, Buffer.concat([key, sealed]), PRIVATE)
}

/** Undefined where there is none that this passphrase opens. */
export async function openKeyBoxWith(paths: HomePaths, passphrase: string): Promise<DeviceSecrets | undefined> {
  const box = await readFileOrUndefined(paths.keyBox)
  if (box === undefined) return undefined
  return unwrapWithPassphrase(passphrase, box)
    .then(decodeDeviceSecrets)
    .catch(() => undefined)
}

/** Throws LOCKED when there is no way to open it, WRONG_PASSPHRASE, HOME_DAMAGED. */
export async function openKeyBox(paths: HomePaths, settings: HomeSettings, unlock: Unlock): Promise<DeviceSecrets> {
  const box = await readFileOrUndefined(paths.keyBox)
  if (box === undefined) throw new HoldfastError('HOME_DAMAGED', 'The file keys.box is missing.')
  const open = async (passphrase: string): Promise<DeviceSecrets> =>
    unwrapWithPassphrase(passphrase, box).then(decodeDeviceSecrets).catch(damaged)
  if (unlock.passphraseFile !== undefined) return open(await readPassphraseFile(unlock.passphraseFile))
  const remembered = await rememberedPassphrase(settings)
  if (remembered !== undefined) return open(remembered)
  const stored = settings.storeCredentials === true ? await readFileOrUndefined(paths.unlockKey) : undefined
  if (stored !== undefined) {
    const key = stored.subarray(0, UNLOCK_KEY_BYTES)
    return decodeDeviceSecrets(await unwrapWithKey(key, stored.subarray(UNLOCK_KEY_BYTES)))
  }
  if (unlock.prompt === undefined) throw new HoldfastError('LOCKED')
  return open(await unlock.prompt())
}

/** Whatever has not the form of a key box is no question of the passphrase. */
function damaged(error: unknown): never {
  const isForm = isHoldfastError(error, 'MALFORMED') || isHoldfastError(error, 'TOO_LARGE')
  throw isForm ? new HoldfastError('HOME_DAMAGED', 'The file keys.box is damaged.', { cause: error }) : error
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
