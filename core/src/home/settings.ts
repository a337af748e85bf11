import { HoldfastError } from '../base/errors.ts'
import { idFromHex } from '../base/ids.ts'
import type { DeviceId } from '../base/ids.ts'
import type { HomePlace } from '../ports/home-place.ts'

/** `home.json`: what is said openly about a home. Unknown fields are kept, so that an older program loses nothing of a newer one. */
export interface HomeSettings {
  readonly v: 1
  readonly name: string
  /** Which device this is, as every entry of it says openly: so that its logs can be read while its keys are asleep. A hint and no more. */
  readonly device?: string
  /** Remembered so that the next command unlocks by itself; the secret stays in that file. */
  readonly passphraseFile?: string
  readonly storeCredentials?: boolean
  /** Addresses `up` listens on. */
  readonly listen?: readonly string[]
}

/** Throws NO_HOME when there is none, HOME_DAMAGED when it cannot be read as one. */
export async function readSettings(place: HomePlace): Promise<HomeSettings> {
  const bytes = await place.read('home.json')
  if (bytes === undefined) throw new HoldfastError('NO_HOME')
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    if (isSettings(value)) return value
  } catch {
    // said below, in one way for both
  }
  throw new HoldfastError('HOME_DAMAGED', 'home.json is not what Holdfast wrote.')
}

export function writeSettings(place: HomePlace, settings: HomeSettings): Promise<void> {
  return place.write('home.json', new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`))
}

/** Undefined where it is not said, or not as one: homes made before this was written say nothing. */
export function deviceOf({ device }: HomeSettings): DeviceId | undefined {
  try {
    return typeof device !== 'string' ? undefined : idFromHex<DeviceId>(device)
  } catch {
    return undefined
  }
}

function isSettings(value: unknown): value is HomeSettings {
  if (typeof value !== 'object' || value === null) return false
  const record = value as Record<string, unknown>
  return record['v'] === 1 && typeof record['name'] === 'string' && isOptionalString(record['passphraseFile'])
}

function isOptionalString(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}
