import { newIncarnation } from '../vault/account.ts'
import type { AccountContents } from '../vault/account-contents.ts'
import type { AccountKeys } from '../vault/account.ts'
import type { Contact } from '../vault/pairing-messages.ts'
import { newDeviceSecrets } from '../vault/secrets.ts'
import type { DeviceSecrets } from '../vault/secrets.ts'
import type { HomePlace } from '../ports/home-place.ts'
import type { Home } from './home.ts'
import { makeHome, firstHome, NO_VAULTS } from './init.ts'
import type { NewHome } from './init.ts'
import { openKeyBoxWith } from './key-files.ts'
import type { Platform } from './platform.ts'

/**
 * The keys of the device that comes back: those of a recovery that was broken off, if the passphrase opens them, so that
 * no second device is certified for one that never came to be. Otherwise new ones.
 */
export async function recoveringSecrets(
  place: HomePlace,
  { random }: Platform,
  passphrase: string
): Promise<DeviceSecrets> {
  const left = (await place.read('unfinished')) === undefined ? undefined : await openKeyBoxWith(place, passphrase)
  return left ?? newDeviceSecrets(random)
}

/**
 * A home out of what a relay kept. `fill` brings back all that makes this device one of the account; only when it has
 * resolved the home is one. Throws HOME_EXISTS, HOME_DAMAGED and what the stores and `fill` throw.
 */
export function recoverHome(
  place: HomePlace,
  platform: Platform,
  options: NewHome,
  recovered: { secrets: DeviceSecrets; keys: AccountKeys; contents: AccountContents; relays: readonly Contact[] },
  fill: (home: Home) => Promise<void>
): Promise<Home> {
  const { secrets, keys, contents, relays } = recovered
  return makeHome({ place, platform, options, secrets }, async (stores, settings) => {
    const state = {
      account: keys.account,
      root: keys.root,
      recovery: keys.recovery,
      incarnation: newIncarnation(platform.random),
      introduced: relays,
      floors: contents.floors
    }
    const geneses = [contents.accountGenesis, contents.personalGenesis] as const
    const home = await firstHome(
      { place, platform, settings, secrets, stores, state: { ...state, ...NO_VAULTS } },
      geneses
    )
    await fill(home)
    await place.write('recovering', new Uint8Array(0))
    return home
  })
}
