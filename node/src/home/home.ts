import { HoldfastError } from '@holdfast/core/base/errors'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import type { Clock } from '@holdfast/core/ports/clock'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import type { Random } from '@holdfast/core/ports/random'
import { OrderedBlobStore } from '@holdfast/core/sync/ordered-blob-store'
import { mendSalvaged } from '@holdfast/core/sync/mend'
import { Replica } from '@holdfast/core/sync/replica'
import type { Identity } from '@holdfast/core/sync/replica'
import type { DeviceSecrets } from '@holdfast/core/vault/secrets'
import { openHomeStores } from '../disk/home-lock.ts'
import type { HomeStores, StoresOptions } from '../disk/home-lock.ts'
import { openKeyBox } from './key-files.ts'
import { keepGeneses } from './geneses.ts'
import { homePaths } from './paths.ts'
import type { HomePaths } from './paths.ts'
import { systemClock, systemRandom } from './platform.ts'
import { readSettings } from './settings.ts'
import type { HomeSettings } from './settings.ts'
import { readState, writeState } from './state.ts'
import type { HomeState } from './state.ts'
import type { Unlock } from './unlock.ts'

/** Everything of one device that lies on its disk, opened and unlocked. Whoever opens it closes it. */
export interface Home {
  readonly paths: HomePaths
  readonly settings: HomeSettings
  readonly state: HomeState
  readonly secrets: DeviceSecrets
  readonly kv: KvStore
  readonly blobs: BlobStore
  readonly identity: Identity
  readonly replica: Replica
  readonly clock: Clock
  readonly random: Random
  /** Replaces the state, durably. */
  setState(state: HomeState): Promise<void>
  close(): Promise<void>
}

/** Throws NO_HOME, LOCKED, WRONG_PASSPHRASE, IN_USE, HOME_DAMAGED and what the stores throw. */
export async function openHome(folder: string, unlock: Unlock, options: StoresOptions = {}): Promise<Home> {
  const paths = homePaths(folder)
  const settings = await readSettings(paths.settings)
  const stores = await openHomeStores(paths.folder, options)
  try {
    const secrets = await openKeyBox(paths, settings, unlock)
    if (stores.salvaged !== undefined) await mendSalvaged(stores.kv, stores.salvaged)
    return await assembleHome(paths, settings, secrets, stores, await readState(stores.kv, paths.state))
  } catch (error) {
    await stores.close()
    throw error
  }
}

export async function assembleHome(
  paths: HomePaths,
  settings: HomeSettings,
  secrets: DeviceSecrets,
  stores: HomeStores,
  initial: HomeState
): Promise<Home> {
  const { kv } = stores
  // One order of puts and deletions for everybody in this process.
  const blobs = new OrderedBlobStore(stores.blobs)
  const identity: Identity = {
    device: secrets.device,
    role: 'device',
    sign: secrets.sign.bind(secrets),
    incarnation: initial.incarnation
  }
  const replica = await Replica.open({ kv, blobs, clock: systemClock, identity })
  await keepGeneses(replica, initial, paths.geneses)
  let state = initial
  let closed: Promise<void> | undefined
  return {
    paths,
    settings,
    secrets,
    kv,
    blobs,
    identity,
    replica,
    clock: systemClock,
    random: systemRandom,
    get state() {
      return state
    },
    async setState(next) {
      await writeState(kv, next, paths.state)
      state = next
    },
    close() {
      return (closed ??= replica.close().then(() => stores.close()))
    }
  }
}

/** Throws HOME_EXISTS when a vault lives here already. */
export async function assertNoHome(paths: HomePaths): Promise<void> {
  try {
    await readSettings(paths.settings)
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NO_HOME') return
    throw error
  }
  throw new HoldfastError('HOME_EXISTS')
}
