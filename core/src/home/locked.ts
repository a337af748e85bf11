import { HoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import type { HomePlace, HomeStores } from '../ports/home-place.ts'
import { mendSalvaged } from '../sync/replica/mend.ts'
import type { DeviceSecrets } from '../vault/secrets.ts'
import { joinedHome, openHome, readLogs } from './home.ts'
import type { Home, HomeLogs } from './home.ts'
import { openKeyBox } from './key-files.ts'
import type { Platform } from './platform.ts'
import { deviceOf, readSettings, writeSettings } from './settings.ts'
import type { HomeSettings } from './settings.ts'
import { readState } from './state.ts'
import type { HomeState } from './state.ts'
import type { Unlock } from './unlock.ts'

/**
 * A home whose logs are read while its keys are asleep: logs are public to whoever holds the disk, and reading them takes longer than a key
 * box does. Nothing is signed before it is unlocked. Whoever opened it unlocks or closes it.
 */
export class LockedHome {
  private readonly parts: LockedParts
  private isOver = false

  /** Undefined where `home.json` does not say which device this is. Throws NO_HOME, IN_USE, HOME_DAMAGED and what the stores throw. */
  static async open(place: HomePlace, platform: Platform): Promise<LockedHome | undefined> {
    const device = deviceOf(await readSettings(place))
    if (device === undefined) return undefined
    const stores = await place.openStores({})
    try {
      if (stores.salvaged !== undefined) await mendSalvaged(stores.kv, stores.salvaged)
      const state = await readState(stores.kv, place)
      const signer = new SleepingSigner(device)
      const logs = await readLogs({ place, platform, stores, state }, signer)
      return new LockedHome({ place, platform, signer, stores, state, logs })
    } catch (error) {
      await stores.close()
      throw error
    }
  }

  private constructor(parts: LockedParts) {
    this.parts = parts
  }

  /** The home, whose closing is now the caller's. Throws WRONG_PASSPHRASE, LOCKED and HOME_DAMAGED: then it is locked as before. */
  async unlock(unlock: Unlock): Promise<Home> {
    const { place, platform, signer, stores, state, logs } = this.parts
    const settings = await readSettings(place)
    const secrets = await openKeyBox(place, settings, unlock)
    if (this.isOver) throw new HoldfastError('STORE_CLOSED')
    if (secrets.device !== signer.device) return this.openAnew(settings, secrets, unlock)
    this.isOver = true
    signer.wake(secrets)
    return joinedHome({ place, platform, settings, secrets, stores, state }, logs)
  }

  /** Idempotent; nothing where it was unlocked. */
  async close(): Promise<void> {
    if (this.isOver) return
    this.isOver = true
    await this.parts.logs.replica.close()
    await this.parts.stores.close()
  }

  /** The keys decide who this is: what was read as somebody else is put down. */
  private async openAnew(settings: HomeSettings, { device }: DeviceSecrets, unlock: Unlock): Promise<Home> {
    const { place, platform } = this.parts
    await this.close()
    await writeSettings(place, { ...settings, device })
    return openHome(place, platform, unlock)
  }
}

interface LockedParts {
  readonly place: HomePlace
  readonly platform: Platform
  readonly signer: SleepingSigner
  readonly stores: HomeStores
  readonly state: HomeState
  readonly logs: HomeLogs
}

/** Who signs, and cannot before it is woken. */
class SleepingSigner implements Pick<DeviceSecrets, 'device' | 'sign'> {
  readonly device: DeviceId
  private secrets: DeviceSecrets | undefined

  constructor(device: DeviceId) {
    this.device = device
  }

  wake(secrets: DeviceSecrets): void {
    this.secrets = secrets
  }

  sign(...args: Parameters<DeviceSecrets['sign']>): ReturnType<DeviceSecrets['sign']> {
    if (this.secrets === undefined) throw new HoldfastError('LOCKED')
    return this.secrets.sign(...args)
  }
}
