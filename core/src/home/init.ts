import { decodeAccountStatement } from '../log/account-statement.ts'
import { accountIdOf } from '../log/genesis.ts'
import { HoldfastError } from '../base/errors.ts'
import type { HomePlace, HomeStores } from '../ports/home-place.ts'
import { createAccount, newIncarnation } from '../vault/account.ts'
import type { Welcome } from '../vault/pairing-messages.ts'
import { newDeviceSecrets } from '../vault/secrets.ts'
import type { DeviceSecrets } from '../vault/secrets.ts'
import { assembleHome, assertNoHome } from './home.ts'
import type { Home, HomeParts } from './home.ts'
import { keepGeneses } from './geneses.ts'
import { storeUnlockKey, writeKeyBox } from './key-files.ts'
import { forgetPendingKit, keepPendingKit } from './pending-kit.ts'
import type { Platform } from './platform.ts'
import { writeSettings } from './settings.ts'
import type { HomeSettings } from './settings.ts'
import type { HomeState } from './state.ts'

export interface NewHome {
  readonly name: string
  readonly passphrase: string
  /** Absolute path, remembered so that later commands unlock by themselves; the secret stays in that file. */
  readonly passphraseFile?: string
  /** Keeps a key beside the home that opens it without the passphrase: whoever can read its files can open it. */
  readonly storeCredentials?: boolean
}

export interface FirstHome extends NewHome {
  /** Whether the words are kept here, sealed, until `forgetPendingKit`: for who shows them on a screen that may be killed. */
  readonly keepsKit?: boolean
}

/** A new account with this device as its first. Throws HOME_EXISTS and what the stores throw. */
export async function initHome(
  place: HomePlace,
  platform: Platform,
  options: FirstHome
): Promise<{ home: Home; words: string }> {
  const { random, clock } = platform
  const secrets = await newDeviceSecrets(random)
  const account = await createAccount({ secrets, random, clock })
  const { root, recovery, incarnation, accountGenesis, personalGenesis } = account
  const home = await makeHome({ place, platform, options, secrets }, async (stores, settings) => {
    if (options.keepsKit === true) await keepPendingKit(place, secrets, account.words, random)
    const state = { account: account.account, root, recovery, incarnation, introduced: [], floors: [], ...NO_VAULTS }
    return firstHome({ place, platform, settings, secrets, stores, state }, [accountGenesis, personalGenesis])
  })
  return { home, words: account.words }
}

/** This device as a further one of the account that welcomed it. `secrets` are the ones it was certified for. */
export function joinHome(
  place: HomePlace,
  platform: Platform,
  options: NewHome,
  secrets: DeviceSecrets,
  welcome: Welcome
): Promise<Home> {
  const introducer = decodeAccountStatement(welcome.certificate).issuer
  const introduced = [
    { peer: introducer, addresses: welcome.ownAddresses },
    ...welcome.relays.map(({ peer, addresses }) => ({ peer, addresses }))
  ]
  return makeHome({ place, platform, options, secrets }, async (stores, settings) => {
    const state = {
      account: accountIdOf(welcome.rootPublic),
      root: welcome.rootPublic,
      recovery: welcome.recoveryPublic,
      incarnation: newIncarnation(platform.random),
      floors: welcome.floors,
      introduced,
      ...NO_VAULTS
    }
    const geneses = [welcome.accountGenesis, welcome.personalGenesis] as const
    return firstHome({ place, platform, settings, secrets, stores, state }, geneses)
  })
}

export const NO_VAULTS = {
  accountVault: '' as HomeState['accountVault'],
  personalVault: '' as HomeState['personalVault']
}

export interface Making {
  readonly place: HomePlace
  readonly platform: Platform
  readonly options: NewHome
  readonly secrets: DeviceSecrets
}

/**
 * `home.json` is written last: a home that was not finished is none, and is made anew. But only what says of itself that it was not
 * finished: a home that lost its `home.json` still has its keys and its files.
 */
export async function makeHome(
  { place, platform, options, secrets }: Making,
  fill: (stores: HomeStores, settings: HomeSettings) => Promise<Home>
): Promise<Home> {
  const { random } = platform
  await assertNoHome(place)
  await place.make()
  if ((await place.read('unfinished')) === undefined && (await place.read('keys.box')) !== undefined) {
    throw new HoldfastError('HOME_DAMAGED', 'The file home.json is missing.')
  }
  await place.write('unfinished', new Uint8Array(0))
  const settings: HomeSettings = {
    v: 1,
    name: options.name,
    device: secrets.device,
    ...(options.storeCredentials === true ? { storeCredentials: true } : {}),
    ...(options.passphraseFile === undefined ? {} : { passphraseFile: options.passphraseFile })
  }
  await place.clearStores()
  await place.remove('home.state')
  await place.remove('home.geneses')
  await forgetPendingKit(place)
  await writeKeyBox(place, secrets, options.passphrase, random)
  await storeUnlockKey(place, options.storeCredentials === true ? secrets : undefined, random)
  const stores = await place.openStores()
  try {
    const home = await fill(stores, settings)
    await writeSettings(place, settings)
    await place.remove('unfinished')
    return home
  } catch (error) {
    await stores.close()
    throw error
  }
}

type Genesis = { readonly header: Uint8Array; readonly signature: Uint8Array }

export async function firstHome(
  parts: HomeParts,
  [accountGenesis, personalGenesis]: readonly [Genesis, Genesis]
): Promise<Home> {
  const { place, state } = parts
  const home = await assembleHome(parts)
  const introduced = state.introduced.map(({ peer }) => peer)
  const accountVault = await home.replica.addVault({ ...accountGenesis, payload: null, pinList: null }, introduced)
  const personalVault = await home.replica.addVault({ ...personalGenesis, payload: null, pinList: null }, introduced)
  const whole = { ...state, accountVault: accountVault.id, personalVault: personalVault.id }
  await keepGeneses(home.replica, whole, place)
  await home.setState(whole)
  return home
}
