import { asArray, asUint, asVersion, decode, encode } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import { FILE_ID_BYTES } from '../base/ids.ts'
import type { DeviceId, FileId } from '../base/ids.ts'
import type { Intent } from '../index/edits.ts'
import type { Index } from '../index/index.ts'
import { extraKey } from '../index/keys.ts'

/** How much of what was replaced or removed is to be kept. */
export interface KeepPolicy {
  /** Of a living file so many earlier versions, the newest. */
  readonly versions: number
  /** Of every file everything for so many days. */
  readonly days: number
}

/** What one device wants kept, as it told the others; undefined where it told nothing that can be read. */
export function toldPolicy(index: Pick<Index, 'extra'>, device: DeviceId): KeepPolicy | undefined {
  const value = index.extra(placeOf(device), EXTRA)
  if (value === undefined) return undefined
  try {
    const [version, versions, days] = asArray(decode(value, VALUE_BYTES), 3)
    asVersion(version, 1)
    return { versions: asUint(versions), days: asUint(days) }
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}

/** Nothing where that is told already. */
export function tellPolicy(index: Pick<Index, 'extra'>, device: DeviceId, policy: KeepPolicy): Intent[] {
  const told = toldPolicy(index, device)
  if (told?.versions === policy.versions && told.days === policy.days) return []
  return [{ key: extraKey(placeOf(device), EXTRA), value: encode([1, policy.versions, policy.days]) }]
}

/** What is kept when each of these gets what it wants. */
export function widest(policies: readonly KeepPolicy[]): KeepPolicy {
  return {
    versions: Math.max(...policies.map(({ versions }) => versions)),
    days: Math.max(...policies.map(({ days }) => days))
  }
}

const EXTRA = 'keep'
const VALUE_BYTES = 32

function placeOf(device: DeviceId): FileId {
  return device.slice(0, FILE_ID_BYTES * 2) as FileId
}
