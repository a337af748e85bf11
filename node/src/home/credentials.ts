import { openKeyBox, storeUnlockKey } from '@holdfast/core/home/key-files'
import { readSettings, writeSettings } from '@holdfast/core/home/settings'
import type { HomePlace } from '@holdfast/core/ports/home-place'
import { systemRandom } from './platform.ts'
import { unlockFromDisk, type DiskUnlock } from './unlock.ts'

/**
 * Keeps a key in the home that opens it without the passphrase, or takes it away. Needs no lock: it touches no store.
 * Throws NO_HOME, and LOCKED or WRONG_PASSPHRASE where the key is to be kept.
 */
export async function storeCredentials(place: HomePlace, isWanted: boolean, unlock: DiskUnlock): Promise<void> {
  const { storeCredentials: isStored = false, ...settings } = await readSettings(place)
  if (isStored === isWanted) return
  if (!isWanted) {
    await writeSettings(place, settings)
    return storeUnlockKey(place, undefined, systemRandom)
  }
  const secrets = await openKeyBox(place, settings, unlockFromDisk(unlock))
  await storeUnlockKey(place, secrets, systemRandom)
  await writeSettings(place, { ...settings, storeCredentials: true })
}
