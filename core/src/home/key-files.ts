import { concat } from '../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { HomePlace } from '../ports/home-place.ts'
import type { Random } from '../ports/random.ts'
import { unwrapWithKey, unwrapWithPassphrase, wrapWithKey, wrapWithPassphrase } from '../secret/key-box.ts'
import { decodeDeviceSecrets, encodeDeviceSecrets } from '../vault/secrets.ts'
import type { DeviceSecrets } from '../vault/secrets.ts'
import type { HomeSettings } from './settings.ts'
import type { Unlock } from './unlock.ts'

const UNLOCK_KEY_BYTES = 32

export async function writeKeyBox(
  place: HomePlace,
  secrets: DeviceSecrets,
  passphrase: string,
  random: Random
): Promise<void> {
  await place.write('keys.box', await wrapWithPassphrase(passphrase, encodeDeviceSecrets(secrets), random))
}

/** Keeps a key that opens this home without a passphrase (only when the user asked for it), or takes it away. */
export async function storeUnlockKey(
  place: HomePlace,
  secrets: DeviceSecrets | undefined,
  random: Random
): Promise<void> {
  if (secrets === undefined) return place.remove('unlock.key')
  const key = random.bytes(UNLOCK_KEY_BYTES)
  await place.write('unlock.key', concat(key, await wrapWithKey(key, encodeDeviceSecrets(secrets), random)))
}

/** Undefined where there is none that this passphrase opens. */
export async function openKeyBoxWith(place: HomePlace, passphrase: string): Promise<DeviceSecrets | undefined> {
  const box = await place.read('keys.box')
  if (box === undefined) return undefined
  return unwrapWithPassphrase(passphrase, box)
    .then(decodeDeviceSecrets)
    .catch(() => undefined)
}

/** Throws LOCKED when there is no way to open it, WRONG_PASSPHRASE, HOME_DAMAGED. */
export async function openKeyBox(place: HomePlace, settings: HomeSettings, unlock: Unlock): Promise<DeviceSecrets> {
  const box = await place.read('keys.box')
  if (box === undefined) throw new HoldfastError('HOME_DAMAGED', 'The file keys.box is missing.')
  const open = async (passphrase: string): Promise<DeviceSecrets> =>
    unwrapWithPassphrase(passphrase, box).then(decodeDeviceSecrets).catch(damaged)
  if (unlock.given !== undefined) return open(await unlock.given())
  const remembered = await unlock.remembered?.(settings)
  if (remembered !== undefined) return open(remembered)
  const stored = settings.storeCredentials === true ? await place.read('unlock.key') : undefined
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
