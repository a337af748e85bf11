import type { ErrorCode } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import type { Problem } from '../sync/replica/replica.ts'
import type { Vault } from '../vault/vault.ts'
import { personName } from './authors.ts'
import type { Engine } from './engine.ts'
import { PATHS_SHOWN, vaultStatuses } from './vault-status.ts'
import type { FilesStatus, SomeFiles, VaultStatus } from './vault-status.ts'
import { missingBlobsOf, peerName } from './whereabouts.ts'

export type HealthState = 'up to date' | 'syncing' | 'waiting for a device' | 'needs you' | 'off'

export interface PeerStatus {
  readonly name: string
  readonly peer: DeviceId
  readonly role: 'relay' | 'device'
  /** Whose device it is, where it is somebody else's: hostile text. */
  readonly person?: string
  readonly connected: boolean
  /** What the relay is called through which it is connected; undefined: directly, or not at all. */
  readonly through?: string
  /** Undefined: never. */
  readonly lastExchangeMs: number | undefined
  readonly lastError: ErrorCode | undefined
}

export interface ProblemStatus {
  readonly code: ErrorCode
  /** Whom it concerns, if not this device. */
  readonly peer: string | undefined
  /** Where the vault it concerns is mounted, if one is that could not be opened. */
  readonly path?: readonly string[]
}

export interface Status {
  readonly state: HealthState
  readonly device: { readonly name: string; readonly id: DeviceId }
  readonly online: boolean
  readonly addresses: readonly string[]
  readonly files: number
  readonly bytes: number
  readonly entries: number
  /** Number of files by how many devices and relays are known to hold them whole. */
  readonly copies: FilesStatus['copies']
  readonly onlyHere: SomeFiles
  readonly couldDie: SomeFiles
  readonly unreachable: SomeFiles
  /** Blobs that are still to come. */
  readonly missingBlobs: number
  readonly waitingEntries: number
  /** Entries that are damaged here or stand on one that is, and are to come again. */
  readonly damagedEntries: number
  readonly conflicts: number
  readonly renamed: number
  readonly vaults: readonly VaultStatus[]
  readonly peers: readonly PeerStatus[]
  readonly problems: readonly ProblemStatus[]
}

/** One look at everything that is open. Reads no content. Files are counted without messages of conversations. */
export async function statusOf(engine: Engine): Promise<Status> {
  const { home } = engine
  const open = engine.vaults()
  const total = (of: (vault: Vault) => number): number => open.reduce((sum, vault) => sum + of(vault), 0)
  const vaults = await vaultStatuses(engine)
  const peers = peersOf(engine)
  const problems = [...problemsOf(engine), ...vaults.flatMap(problemOf)]
  const missingBlobs = missingBlobsOf(engine)
  const files = sumOf(vaults.filter(({ kind }) => kind !== 'conversation'))
  return {
    state: healthOf(engine, peers, problems, missingBlobs + files.onlyHere.files),
    device: { name: home.settings.name, id: home.secrets.device },
    online: engine.isOnline,
    addresses: engine.isOnline ? engine.network.host.addresses() : [],
    ...files,
    entries: total(({ replica }) => replica.log.order().length),
    missingBlobs,
    waitingEntries: total((vault) => vault.problems().waiting),
    damagedEntries: home.replica.vaults().reduce((sum, { asideEntries }) => sum + asideEntries, 0),
    conflicts: total(({ index }) => index.tree.conflicts().length),
    renamed: total(({ index }) => index.tree.renamed().length),
    vaults,
    peers,
    problems
  }
}

function sumOf(vaults: readonly VaultStatus[]): FilesStatus {
  const number = (of: (vault: VaultStatus) => number): number => vaults.reduce((sum, vault) => sum + of(vault), 0)
  const some = (of: (vault: VaultStatus) => SomeFiles): SomeFiles => ({
    files: number((vault) => of(vault).files),
    paths: vaults.flatMap((vault) => of(vault).paths).slice(0, PATHS_SHOWN)
  })
  return {
    files: number(({ files }) => files),
    bytes: number(({ bytes }) => bytes),
    copies: {
      none: number(({ copies }) => copies.none),
      one: number(({ copies }) => copies.one),
      more: number(({ copies }) => copies.more)
    },
    onlyHere: some(({ onlyHere }) => onlyHere),
    couldDie: some(({ couldDie }) => couldDie),
    unreachable: some(({ unreachable }) => unreachable)
  }
}

/** A mounted vault that could not be opened needs somebody; the others go on. */
function problemOf({ failure, path }: VaultStatus): ProblemStatus[] {
  return failure === undefined ? [] : [{ code: failure, peer: undefined, path }]
}

/** Everybody who is known here, and those who are connected. */
export function peersOf(engine: Engine): PeerStatus[] {
  const { replica, state, secrets } = engine.home
  const connected = engine.isOnline ? engine.network.connected() : []
  const persons = new Map<DeviceId, string | undefined>()
  for (const { peer } of engine.relays()) persons.set(peer, undefined)
  for (const { replica: own } of engine.vaults()) {
    const { relays, accounts } = own.log.membership()
    for (const { peer } of relays) persons.set(peer, undefined)
    for (const [account, { devices }] of accounts)
      for (const device of devices.keys())
        if (!persons.has(device))
          persons.set(device, account === state.account ? undefined : personName(engine, account))
  }
  for (const peer of connected) if (!persons.has(peer)) persons.set(peer, undefined)
  persons.delete(secrets.device)
  return [...persons].map(([peer, person]) => ({
    name: peerName(engine, peer),
    peer,
    role: replica.roleOf(peer),
    ...(person === undefined ? {} : { person }),
    connected: connected.includes(peer),
    ...throughText(engine, peer),
    lastExchangeMs: replica.peers.lastExchangeMs(peer),
    lastError: engine.isOnline ? engine.network.lastError(peer) : undefined
  }))
}

function throughText(engine: Engine, peer: DeviceId): { through?: string } {
  const relay = engine.isOnline ? engine.network.throughOf(peer) : undefined
  return relay === undefined ? {} : { through: peerName(engine, relay) }
}

function problemsOf(engine: Engine): ProblemStatus[] {
  const { home } = engine
  const own = engine.vaults().map((vault) => vault.problems())
  const found: ProblemStatus[] = engine
    .problems()
    .map(({ code, peer }) => ({ code, peer: peer === null ? undefined : peerName(engine, peer) }))
  if (engine.standing.isRevoked) found.push({ code: 'REVOKED', peer: undefined })
  for (const { peer, code } of peerFaults(engine)) found.push({ code, peer: peerName(engine, peer) })
  for (const { code, writer } of own.flatMap(({ voids }) => voids)) found.push({ code, peer: peerName(engine, writer) })
  for (const { writer } of own.flatMap(({ keys }) => keys))
    found.push({ code: 'DECRYPT_FAILED', peer: peerName(engine, writer) })
  for (const { peer, lies } of engine.home.replica.peers.list())
    if (lies > 0) found.push({ code: 'PEER_LIES', peer: peerName(engine, peer) })
  if (home.replica.vaults().some(({ asideEntries }) => asideEntries > 0))
    found.push({ code: 'HOME_DAMAGED', peer: undefined })
  if (home.replica.vaults().some((vault) => vault.heldBackUnpins().length > 0))
    found.push({ code: 'MANY_UNPINS', peer: undefined })
  if (engine.exchange.damaged.size > 0) found.push({ code: 'HASH_MISMATCH', peer: undefined })
  return withoutRepeats(found)
}

/** What is wrong now with peers this device wants: they do not know the vault any more, or somebody else answers. */
function peerFaults(engine: Engine): { peer: DeviceId; code: ErrorCode }[] {
  if (!engine.isOnline) return []
  const { network } = engine
  const others = engine.relays().filter(({ peer }) => network.lastError(peer) === 'PEER_MISMATCH')
  return [...network.refusals(), ...others.map(({ peer }) => ({ peer, code: 'PEER_MISMATCH' as const }))]
}

function withoutRepeats(problems: readonly ProblemStatus[]): ProblemStatus[] {
  return [...new Map(problems.map((problem) => [`${problem.code}/${problem.peer}`, problem])).values()]
}

function healthOf(
  engine: Engine,
  peers: readonly PeerStatus[],
  problems: readonly ProblemStatus[],
  open: number
): HealthState {
  if (problems.some(({ code, path }) => path !== undefined || needsPerson(code)) || peerFaults(engine).length > 0)
    return 'needs you'
  if (!engine.isOnline) return 'off'
  if (!peers.some(({ connected }) => connected)) return 'waiting for a device'
  const settled = engine.network.sessionsWith().every((session) => session.isSettled)
  if (!settled || (open > 0 && missingBlobsOf(engine) > 0)) return 'syncing'
  return 'up to date'
}

/** Whether a problem does not mend itself. */
export function needsPerson(code: Problem['code']): boolean {
  return NEEDS_PERSON.has(code)
}

const NEEDS_PERSON: ReadonlySet<Problem['code']> = new Set([
  'FORKED',
  'STORE_FULL',
  'STORE_READ_ONLY',
  'STORE_FAILED',
  'HASH_MISMATCH',
  'PEER_LIES',
  'QUOTA_EXCEEDED',
  'CLOCK_OFF',
  'MANY_UNPINS',
  'REVOKED'
])
