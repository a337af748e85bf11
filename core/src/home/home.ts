import { HoldfastError } from '../base/errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { HomePlace, HomeStores, StoresOptions } from '../ports/home-place.ts'
import type { KvStore } from '../ports/kv-store.ts'
import type { Random } from '../ports/random.ts'
import type { Wait } from '../ports/wait.ts'
import { mendSalvaged } from '../sync/replica/mend.ts'
import { RemadeBlobStore } from '../sync/store/remade-blobs.ts'
import { Replica } from '../sync/replica/replica.ts'
import type { Identity } from '../sync/replica/replica.ts'
import type { DeviceSecrets } from '../vault/secrets.ts'
import { openKeyBox } from './key-files.ts'
import { keepGeneses } from './geneses.ts'
import type { Platform } from './platform.ts'
import { readSettings } from './settings.ts'
import type { HomeSettings } from './settings.ts'
import { readState, writeState } from './state.ts'
import type { HomeState } from './state.ts'
import type { Unlock } from './unlock.ts'

/** Everything of one device that is kept on it, opened and unlocked. Whoever opens it closes it. */
export interface Home {
  readonly place: HomePlace
  readonly platform: Platform
  readonly settings: HomeSettings
  readonly state: HomeState
  readonly secrets: DeviceSecrets
  readonly kv: KvStore
  readonly blobs: RemadeBlobStore
  readonly identity: Identity
  readonly replica: Replica
  readonly clock: Clock
  readonly random: Random
  readonly wait: Wait
  /** Replaces the state, durably. */
  setState(state: HomeState): Promise<void>
  close(): Promise<void>
}

/** Throws NO_HOME, LOCKED, WRONG_PASSPHRASE, IN_USE, HOME_DAMAGED and what the stores throw. */
export async function openHome(
  place: HomePlace,
  platform: Platform,
  unlock: Unlock,
  options: StoresOptions = {}
): Promise<Home> {
  const settings = await readSettings(place)
  const stores = await place.openStores(options)
  try {
    const secrets = await openKeyBox(place, settings, unlock)
    if (stores.salvaged !== undefined) await mendSalvaged(stores.kv, stores.salvaged)
    const state = await readState(stores.kv, place)
    return await assembleHome({ place, platform, settings, secrets, stores, state })
  } catch (error) {
    await stores.close()
    throw error
  }
}

export interface HomeParts {
  readonly place: HomePlace
  readonly platform: Platform
  readonly settings: HomeSettings
  readonly secrets: DeviceSecrets
  readonly stores: HomeStores
  readonly state: HomeState
}

export async function assembleHome(parts: HomeParts): Promise<Home> {
  return joinedHome(parts, await readLogs(parts, parts.secrets))
}

/** What of a home needs no key but a name to sign with. */
export interface HomeLogs {
  readonly blobs: RemadeBlobStore
  readonly identity: Identity
  readonly replica: Replica
}

export async function readLogs(
  { place, platform, stores, state }: Omit<HomeParts, 'settings' | 'secrets'>,
  signer: Pick<DeviceSecrets, 'device' | 'sign'>
): Promise<HomeLogs> {
  const { kv } = stores
  const blobs = await RemadeBlobStore.open(stores.blobs, kv)
  const identity: Identity = {
    device: signer.device,
    role: 'device',
    sign: signer.sign.bind(signer),
    incarnation: state.incarnation
  }
  const replica = await Replica.open({ kv, blobs, clock: platform.clock, identity })
  await keepGeneses(replica, state, place)
  return { blobs, identity, replica }
}

export function joinedHome(parts: HomeParts, { blobs, identity, replica }: HomeLogs): Home {
  const { place, platform, settings, secrets, stores } = parts
  const { kv } = stores
  const { clock, random, wait } = platform
  let { state } = parts
  let closed: Promise<void> | undefined
  return {
    place,
    platform,
    settings,
    secrets,
    kv,
    blobs,
    identity,
    replica,
    clock,
    random,
    wait,
    get state() {
      return state
    },
    async setState(next) {
      await writeState(kv, next, place)
      state = next
    },
    close() {
      return (closed ??= replica.close().then(() => stores.close()))
    }
  }
}

/** Throws HOME_EXISTS when a vault lives here already. */
export async function assertNoHome(place: HomePlace): Promise<void> {
  try {
    await readSettings(place)
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NO_HOME') return
    throw error
  }
  throw new HoldfastError('HOME_EXISTS')
}
