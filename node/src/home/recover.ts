import { newIncarnation } from '@holdfast/core/vault/account'
import type { AccountContents } from '@holdfast/core/vault/account-contents'
import type { AccountKeys } from '@holdfast/core/vault/account'
import type { Contact } from '@holdfast/core/vault/pairing-messages'
import { newDeviceSecrets } from '@holdfast/core/vault/secrets'
import type { DeviceSecrets } from '@holdfast/core/vault/secrets'
import { readFileOrUndefined, writeFileDurably } from '../disk/atomic-file.ts'
import type { Home } from './home.ts'
import { makeHome, firstHome, NO_VAULTS } from './init.ts'
import type { NewHome } from './init.ts'
import { openKeyBoxWith } from './key-files.ts'
import type { HomePaths } from './paths.ts'
import { systemRandom } from './platform.ts'

/**
 * The keys of the device that comes back: those of a recovery that was broken off, if the passphrase opens them, so that
 * no second device is certified for one that never came to be. Otherwise new ones.
 */
export async function recoveringSecrets(paths: HomePaths, passphrase: string): Promise<DeviceSecrets> {
  const left =
    (await readFileOrUndefined(paths.unfinished)) === undefined ? undefined : await openKeyBoxWith(paths, passphrase)
  return left ?? newDeviceSecrets(systemRandom)
}

/**
 * A home out of what a relay kept. `fill` brings back all that makes this device one of the account; only when it has
 * resolved the home is one. Throws HOME_EXISTS, HOME_DAMAGED and what the stores and `fill` throw.
 */
export function recoverHome(
  folder: string,
  options: NewHome,
  recovered: { secrets: DeviceSecrets; keys: AccountKeys; contents: AccountContents; relays: readonly Contact[] },
  fill: (home: Home) => Promise<void>
): Promise<Home> {
  const { secrets, keys, contents, relays } = recovered
  return makeHome(folder, options, secrets, async (stores, settings, paths) => {
    const state = {
      account: keys.account,
      root: keys.root,
      recovery: keys.recovery,
      incarnation: newIncarnation(systemRandom),
      introduced: relays,
      floors: contents.floors
    }
    const geneses = [contents.accountGenesis, contents.personalGenesis] as const
    const home = await firstHome(paths, settings, secrets, stores, { ...state, ...NO_VAULTS }, geneses)
    await fill(home)
    await writeFileDurably(paths.recovering, new Uint8Array(0), 0o600)
    return home
  })
}
