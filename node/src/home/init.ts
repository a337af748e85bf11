import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'
import { createAccount, newIncarnation } from '@holdfast/core/vault/account'
import { newDeviceSecrets } from '@holdfast/core/vault/secrets'
import type { DeviceSecrets } from '@holdfast/core/vault/secrets'
import { decodeAccountStatement } from '@holdfast/core/log/account-statement'
import { accountIdOf } from '@holdfast/core/log/genesis'
import type { Welcome } from '@holdfast/core/vault/pairing-messages'
import { makeFolder, readFileOrUndefined, writeFileDurably } from '../disk/atomic-file.ts'
import { openHomeStores } from '../disk/home-lock.ts'
import type { HomeStores } from '../disk/home-lock.ts'
import { assembleHome, assertNoHome } from './home.ts'
import type { Home } from './home.ts'
import { keepGeneses } from './geneses.ts'
import { storeUnlockKey, writeKeyBox } from './key-files.ts'
import { homePaths } from './paths.ts'
import type { HomePaths } from './paths.ts'
import { systemClock, systemRandom } from './platform.ts'
import { writeSettings } from './settings.ts'
import type { HomeSettings } from './settings.ts'
import type { HomeState } from './state.ts'

export interface NewHome {
  readonly name: string
  readonly passphrase: string
  /** Remembered, so that later commands unlock by themselves. */
  readonly passphraseFile?: string
  /** Keeps a key beside the home that opens it without the passphrase: whoever can read its files can open it. */
  readonly storeCredentials?: boolean
}

/** A new account with this device as its first. Throws HOME_EXISTS and what the stores throw. */
export async function initHome(folder: string, options: NewHome): Promise<{ home: Home; words: string }> {
  const secrets = await newDeviceSecrets(systemRandom)
  const account = await createAccount({ secrets, random: systemRandom, clock: systemClock })
  const { root, recovery, incarnation, accountGenesis, personalGenesis } = account
  const home = await makeHome(folder, options, secrets, async (stores, settings, paths) => {
    const state = { account: account.account, root, recovery, incarnation, introduced: [], floors: [] }
    return firstHome(paths, settings, secrets, stores, { ...state, ...NO_VAULTS }, [accountGenesis, personalGenesis])
  })
  return { home, words: account.words }
}

/** This device as a further one of the account that welcomed it. `secrets` are the ones it was certified for. */
export function joinHome(folder: string, options: NewHome, secrets: DeviceSecrets, welcome: Welcome): Promise<Home> {
  const introducer = decodeAccountStatement(welcome.certificate).issuer
  const introduced = [
    { peer: introducer, addresses: welcome.ownAddresses },
    ...welcome.relays.map(({ peer, addresses }) => ({ peer, addresses }))
  ]
  return makeHome(folder, options, secrets, async (stores, settings, paths) => {
    const state = {
      account: accountIdOf(welcome.rootPublic),
      root: welcome.rootPublic,
      recovery: welcome.recoveryPublic,
      incarnation: newIncarnation(systemRandom),
      floors: welcome.floors,
      introduced
    }
    const geneses = [welcome.accountGenesis, welcome.personalGenesis] as const
    return firstHome(paths, settings, secrets, stores, { ...state, ...NO_VAULTS }, geneses)
  })
}

export const NO_VAULTS = {
  accountVault: '' as HomeState['accountVault'],
  personalVault: '' as HomeState['personalVault']
}

/**
 * `home.json` is written last: a home that was not finished is none, and is made anew. But only what says of itself that it was not
 * finished: a home that lost its `home.json` still has its keys and its files.
 */
export async function makeHome(
  folder: string,
  options: NewHome,
  secrets: DeviceSecrets,
  fill: (stores: HomeStores, settings: HomeSettings, paths: HomePaths) => Promise<Home>
): Promise<Home> {
  const paths = homePaths(folder)
  await assertNoHome(paths)
  await makeFolder(paths.folder)
  if (
    (await readFileOrUndefined(paths.unfinished)) === undefined &&
    (await readFileOrUndefined(paths.keyBox)) !== undefined
  ) {
    throw new HoldfastError('HOME_DAMAGED', 'The file home.json is missing.')
  }
  await writeFileDurably(paths.unfinished, new Uint8Array(0), 0o600)
  const settings: HomeSettings = {
    v: 1,
    name: options.name,
    ...(options.storeCredentials === true ? { storeCredentials: true } : {}),
    ...(options.passphraseFile === undefined ? {} : { passphraseFile: resolve(options.passphraseFile) })
  }
  await rm(paths.store, { recursive: true, force: true })
  for (const left of [paths.state, paths.geneses]) await rm(left, { force: true })
  await writeKeyBox(paths, secrets, options.passphrase, systemRandom)
  await storeUnlockKey(paths, options.storeCredentials === true ? secrets : undefined, systemRandom)
  const stores = await openHomeStores(paths.folder)
  try {
    const home = await fill(stores, settings, paths)
    await writeSettings(paths.settings, settings)
    await rm(paths.unfinished, { force: true })
    return home
  } catch (error) {
    await stores.close()
    throw error
  }
}

type Genesis = { readonly header: Uint8Array; readonly signature: Uint8Array }

export async function firstHome(
  paths: HomePaths,
  settings: HomeSettings,
  secrets: DeviceSecrets,
  stores: HomeStores,
  state: HomeState,
  [accountGenesis, personalGenesis]: readonly [Genesis, Genesis]
): Promise<Home> {
  const home = await assembleHome(paths, settings, secrets, stores, state)
  const introduced = state.introduced.map(({ peer }) => peer)
  const accountVault = await home.replica.addVault({ ...accountGenesis, payload: null, pinList: null }, introduced)
  const personalVault = await home.replica.addVault({ ...personalGenesis, payload: null, pinList: null }, introduced)
  await keepGeneses(
    home.replica,
    { ...state, accountVault: accountVault.id, personalVault: personalVault.id },
    paths.geneses
  )
  await home.setState({ ...state, accountVault: accountVault.id, personalVault: personalVault.id })
  return home
}
