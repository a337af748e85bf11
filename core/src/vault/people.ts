import { asArray, asText, asVersion, decode, encode } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import { FILE_ID_BYTES } from '../base/ids.ts'
import type { DeviceId, FileId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { Intent } from '../index/edits.ts'
import type { Index } from '../index/index.ts'
import { extraKey } from '../index/keys.ts'

/**
 * Names of devices stand in the vault's index, sealed like the names of files: certificates are clear, and relays read
 * them (FORMAT.md, section 6). What a name says was written by a device and is hostile.
 */
export function deviceName(index: Pick<Index, 'extra'>, device: DeviceId): string | undefined {
  const value = index.extra(placeOf(device), EXTRA)
  if (value === undefined) return undefined
  try {
    const [version, name] = asArray(decode(value, LIMITS.scalarBytes), 2)
    asVersion(version, 1)
    return asText(name, LIMITS.deviceNameBytes)
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}

export function nameDevice(device: DeviceId, name: string): Intent {
  return { key: extraKey(placeOf(device), EXTRA), value: encode([1, name]) }
}

const EXTRA = 'device'

/** Where the extra of a device stands: nothing else has its id. */
function placeOf(device: DeviceId): FileId {
  return device.slice(0, FILE_ID_BYTES * 2) as FileId
}
