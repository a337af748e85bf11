import { openHome as open } from '@holdfast/core/home/home'
import type { Home } from '@holdfast/core/home/home'
import { initHome as init } from '@holdfast/core/home/init'
import type { NewHome } from '@holdfast/core/home/init'
import type { Platform } from '@holdfast/core/home/platform'
import { newPace, type Limits } from '@holdfast/core/net/pace'
import type { StoresOptions } from '@holdfast/core/ports/home-place'
import { DiskPlace } from './disk-place.ts'
import { nodePlatform } from './platform.ts'
import { unlockFromDisk } from './unlock.ts'
import type { DiskUnlock } from './unlock.ts'

/** Throws NO_HOME, LOCKED, WRONG_PASSPHRASE, IN_USE, HOME_DAMAGED and what the stores throw. */
export function openHome(
  folder: string,
  unlock: DiskUnlock,
  { limits, ...options }: StoresOptions & { readonly limits?: Limits } = {}
): Promise<Home> {
  return open(new DiskPlace(folder), limited(limits), unlockFromDisk(unlock), options)
}

/** This platform, with a bound on what goes over its network in a second. */
function limited(limits: Limits | undefined): Platform {
  const pace = limits === undefined ? undefined : newPace(limits, nodePlatform)
  if (pace === undefined) return nodePlatform
  return { ...nodePlatform, createHost: (options) => nodePlatform.createHost({ ...options, pace }) }
}

/** A new account with this device as its first. Throws HOME_EXISTS and what the stores throw. */
export function initHome(folder: string, options: NewHome): Promise<{ home: Home; words: string }> {
  return init(new DiskPlace(folder), nodePlatform, options)
}
