import { openHome as open } from '@holdfast/core/home/home'
import type { Home } from '@holdfast/core/home/home'
import { initHome as init } from '@holdfast/core/home/init'
import type { NewHome } from '@holdfast/core/home/init'
import type { StoresOptions } from '@holdfast/core/ports/home-place'
import { DiskPlace } from './disk-place.ts'
import { nodePlatform } from './platform.ts'
import { unlockFromDisk } from './unlock.ts'
import type { DiskUnlock } from './unlock.ts'

/** Throws NO_HOME, LOCKED, WRONG_PASSPHRASE, IN_USE, HOME_DAMAGED and what the stores throw. */
export function openHome(folder: string, unlock: DiskUnlock, options: StoresOptions = {}): Promise<Home> {
  return open(new DiskPlace(folder), nodePlatform, unlockFromDisk(unlock), options)
}

/** A new account with this device as its first. Throws HOME_EXISTS and what the stores throw. */
export function initHome(folder: string, options: NewHome): Promise<{ home: Home; words: string }> {
  return init(new DiskPlace(folder), nodePlatform, options)
}
