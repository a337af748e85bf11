import { utf8 } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import { DERIVE } from '../base/labels.ts'
import type { HomePlace } from '../ports/home-place.ts'
import type { Random } from '../ports/random.ts'
import { openSealed, sealWithFreshSalt } from '../secret/aead.ts'
import type { DeviceSecrets } from '../vault/secrets.ts'

const FILE = 'kit.pending'

/**
 * Keeps the 24 words until somebody has proved to have them elsewhere, sealed to the keys of this device: a screen that shows
 * them once can be killed before anybody has read it, and nothing else could ever bring them back.
 */
export async function keepPendingKit(
  place: HomePlace,
  { seed }: DeviceSecrets,
  words: string,
  random: Random
): Promise<void> {
  await place.write(FILE, await sealWithFreshSalt(DERIVE.pendingKit, seed, utf8(words), utf8(FILE), random))
}

/** The 24 words. Undefined where none are kept, and where what was kept is damaged: then they are lost. */
export async function pendingKit(place: HomePlace, { seed }: DeviceSecrets): Promise<string | undefined> {
  const sealed = await place.read(FILE)
  if (sealed === undefined) return undefined
  try {
    return new TextDecoder().decode(await openSealed(DERIVE.pendingKit, seed, sealed, utf8(FILE)))
  } catch (error) {
    if (isHoldfastError(error)) return undefined
    throw error
  }
}

/** They are kept elsewhere: from now on this device does not know them. */
export function forgetPendingKit(place: HomePlace): Promise<void> {
  return place.remove(FILE)
}
