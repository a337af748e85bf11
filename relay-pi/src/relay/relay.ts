import { HoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { sign } from '@holdfast/core/proof/sign'
import { BlobExchange } from '@holdfast/core/sync/blobs/blob-exchange'
import type { Intents } from '@holdfast/core/sync/blobs/intents'
import { mendSalvaged, openMending } from '@holdfast/core/sync/replica/mend'
import { OrderedBlobStore } from '@holdfast/core/sync/store/ordered-blob-store'
import { Replica } from '@holdfast/core/sync/replica/replica'
import type { Identity } from '@holdfast/core/sync/replica/replica'
import { makeFolder } from '@holdfast/node/disk/atomic-file'
import { openHomeStores } from '@holdfast/node/disk/home-lock'
import type { HomeStores } from '@holdfast/core/ports/home-place'
import { Accounts } from '../accounts/accounts.ts'
import { Guests } from '../accounts/guests.ts'
import { Hosting } from '../accounts/hosting.ts'
import { Invites } from '../accounts/invites.ts'
import { Quota } from '../accounts/quota.ts'
import { Records } from '../accounts/records.ts'
import { RecoveryDesk } from '../accounts/recovery-desk.ts'
import { systemClock, systemRandom, systemWait } from '../home/platform.ts'
import { makeRelayKey, readRelayKey } from '../home/relay-key.ts'
import type { RelayKey } from '../home/relay-key.ts'
import { assertNoDeviceHome, assertRelayHome, relayKeyPath } from '../home/relay-paths.ts'

export interface RelayOptions {
  readonly home: string
  /** Makes the home when there is none. */
  readonly create?: boolean
  /** Bytes of one account's vaults; 0 (the default) for no quota. */
  readonly quotaBytes?: number
  /** Opens a home too that is damaged, with what can still be read of it. */
  readonly salvage?: boolean
  /** Told what an operator should know: no names, no keys. */
  readonly log?: (text: string) => void
}

/** Everything of one relay that lies on its disk, opened. The network comes on top (serve.ts). */
export interface Relay {
  readonly home: string
  readonly key: RelayKey
  readonly kv: KvStore
  readonly blobs: BlobStore
  readonly replica: Replica
  readonly exchange: BlobExchange
  readonly accounts: Accounts
  readonly hosting: Hosting
  readonly invites: Invites
  readonly quota: Quota
  readonly recovery: RecoveryDesk
  /** Why something could not be stored in the last hour; STORE_FULL above all. */
  storeProblem(): ErrorCode | undefined
  /** Idempotent. */
  close(): Promise<void>
}

/** Throws NO_HOME, HOME_EXISTS (a device lives there), IN_USE, HOME_DAMAGED and what the stores throw. */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  const { home } = options
  assertNoDeviceHome(home)
  if (options.create === true) await makeFolder(home)
  else assertRelayHome(home)
  const stores = await openHomeStores(home, { salvage: options.salvage === true })
  try {
    if (stores.salvaged !== undefined) await mendSalvaged(stores.kv, stores.salvaged)
    const path = relayKeyPath(home)
    const key = (await readRelayKey(path)) ?? (await makeKeyFor(path, stores.kv))
    return await assemble(options, key, stores)
  } catch (error) {
    await stores.close()
    throw error
  }
}

const PROBLEM_SHOWN_MS = 3600_000

/** A store that has a relay's accounts in it without the key they know it by is not given another key. */
async function makeKeyFor(path: string, kv: KvStore): Promise<RelayKey> {
  for await (const _ of kv.range({ gte: 'account/', lt: 'account0', limit: 1 }))
    throw new HoldfastError('HOME_DAMAGED', 'The file relay.key is missing.')
  return makeRelayKey(path, systemRandom)
}

async function assemble(options: RelayOptions, key: RelayKey, stores: HomeStores): Promise<Relay> {
  const { kv } = stores
  const clock = systemClock
  const log = options.log ?? (() => undefined)
  const blobs = new OrderedBlobStore(stores.blobs)
  let problem: { code: ErrorCode; atMs: number } | undefined
  const storeProblem = (): ErrorCode | undefined =>
    problem !== undefined && clock.monotonicMs() - problem.atMs < PROBLEM_SHOWN_MS ? problem.code : undefined
  // A store that takes nothing more fails with every blob that comes: one line says it.
  const report = (source: string, code: ErrorCode): void => {
    if (!code.startsWith('STORE_')) return log(`${source}: ${code}`)
    if (storeProblem() !== code) log(`store: ${code}`)
    problem = { code, atMs: clock.monotonicMs() }
  }
  const identity: Identity = { device: key.peer, role: 'relay', sign: (label, bytes) => sign(label, key.seed, bytes) }
  let guests = undefined as Guests | undefined
  let registered = undefined as Accounts | undefined
  const guestOf = (peer: DeviceId): AccountId | undefined => guests?.accountOf(peer) ?? registered?.newcomerOf(peer)
  const replica = await Replica.open({ kv, blobs, clock, identity, guestOf })
  const hosting = new Hosting(replica)
  let intents = undefined as Intents | undefined
  // First, so that it is there for what opening finds missing, and hears of an entry while its uploads are still open.
  const quota = new Quota({
    replica,
    hosting,
    clock,
    bytes: options.quotaBytes ?? 0,
    intents: () => intents,
    isRegistered: (account) => registered?.has(account) === true
  })
  const exchange = await BlobExchange.open({
    replica,
    kv,
    blobs,
    clock,
    wait: systemWait,
    identity,
    takesIntents: true,
    pullsEverything: true,
    random: systemRandom,
    charge: (account, bytes, vault) => quota.charge(account, bytes, vault),
    hasRoomFor: (vault) => quota.hasRoomFor(vault),
    onProblem: ({ code }, peer) => report(peer === null ? 'store' : 'a peer', code)
  })
  intents = exchange.intents
  const daysSeen = (): number => exchange.seenTime.daysSeen
  const invites = new Invites({ kv, clock, random: systemRandom, daysSeen })
  const accountLog = (account: AccountId) => hosting.accountLog(account)
  const isRevoked = (account: AccountId, device: DeviceId): boolean => hosting.hasRevoked(account, device)
  const accounts = await openMending(kv, () =>
    Accounts.open({
      kv,
      invites,
      accountLog,
      accountsListing: (device) => hosting.accountsListing(device),
      hasRevoked: isRevoked,
      hosted: () => hosting.founders()
    })
  )
  registered = accounts
  guests = await openMending(kv, () => Guests.open({ kv, daysSeen, isRevoked }))
  const recovery = new RecoveryDesk({
    relay: key.peer,
    clock,
    random: systemRandom,
    records: new Records(kv, ({ account, chain }) => {
      const devices = chain.map(({ statement }) => statement.device)
      return accounts.hasEnded(account, devices.at(-1)!, devices)
    }),
    guests,
    rootOf: (account) => accounts.rootOf(account),
    isKnown: (account) =>
      accounts.has(account) || replica.vaults().some(({ log }) => log.membership().accounts.has(account)),
    onGuest: () => replica.reconsider()
  })
  if (replica.mended !== undefined) log('store: HOME_DAMAGED; what is damaged comes again from members')
  replica.onProblem(({ code }) => report('log', code))
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    try {
      await exchange.close()
      await replica.close()
    } finally {
      await stores.close()
    }
  }
  return {
    home: options.home,
    key,
    kv,
    blobs,
    replica,
    exchange,
    accounts,
    hosting,
    invites,
    quota,
    recovery,
    storeProblem,
    close: () => (closed ??= close())
  }
}
