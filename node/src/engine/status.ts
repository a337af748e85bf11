import type { ErrorCode } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { Problem } from '@holdfast/core/sync/replica'
import type { Engine } from './engine.ts'
import { peerName, whereaboutsOf } from './whereabouts.ts'

export type HealthState = 'up to date' | 'syncing' | 'waiting for a device' | 'needs you' | 'off'

export interface PeerStatus {
  readonly name: string
  readonly peer: DeviceId
  readonly role: 'relay' | 'device'
  readonly connected: boolean
  /** Undefined: never. */
  readonly lastExchangeMs: number | undefined
  readonly lastError: ErrorCode | undefined
}

export interface ProblemStatus {
  readonly code: ErrorCode
  /** Whom it concerns, if not this device. */
  readonly peer: string | undefined
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
  readonly copies: { readonly none: number; readonly one: number; readonly more: number }
  /** Paths of files that are on this device only, the first few. */
  readonly onlyHere: { readonly files: number; readonly paths: readonly (readonly string[])[] }
  /** Blobs that are still to come. */
  readonly missingBlobs: number
  readonly waitingEntries: number
  /** Entries that are damaged here or stand on one that is, and are to come again. */
  readonly damagedEntries: number
  readonly conflicts: number
  readonly renamed: number
  readonly peers: readonly PeerStatus[]
  readonly problems: readonly ProblemStatus[]
}

const PATHS_SHOWN = 20

/** One look at everything. Reads no content. */
export function statusOf(engine: Engine): Status {
  const { vault, home } = engine
  const peers = peersOf(engine)
  const problems = problemsOf(engine)
  const missingBlobs = engine.exchange.wanted.size
  const files = filesOf(engine)
  return {
    state: healthOf(engine, peers, problems, missingBlobs + files.onlyHere.files),
    device: { name: home.settings.name, id: home.secrets.device },
    online: engine.isOnline,
    addresses: engine.isOnline ? engine.network.host.addresses() : [],
    ...files,
    entries: vault.replica.log.order().length,
    missingBlobs,
    waitingEntries: vault.problems().waiting,
    damagedEntries: home.replica.vaults().reduce((sum, { asideEntries }) => sum + asideEntries, 0),
    conflicts: vault.index.tree.conflicts().length,
    renamed: vault.index.tree.renamed().length,
    peers,
    problems
  }
}

function filesOf(engine: Engine): Pick<Status, 'files' | 'bytes' | 'copies' | 'onlyHere'> {
  const copies = { none: 0, one: 0, more: 0 }
  const paths: (readonly string[])[] = []
  let files = 0
  let bytes = 0
  let onlyHere = 0
  for (const { path, node } of engine.vault.index.tree.walk(null)) {
    const { content } = node
    if (content === undefined || content.kind === 'folder') continue
    files++
    bytes += content.size
    const where = whereaboutsOf(engine, content, engine.personal)
    copies[where.copies.length === 0 ? 'none' : where.copies.length === 1 ? 'one' : 'more']++
    if (where.state !== 'here' || where.copies.length > 1) continue
    onlyHere++
    if (paths.length < PATHS_SHOWN) paths.push(path)
  }
  return { files, bytes, copies, onlyHere: { files: onlyHere, paths } }
}

function peersOf(engine: Engine): PeerStatus[] {
  const { replica } = engine.home
  const connected = engine.isOnline ? engine.network.connected() : []
  const known = new Set<DeviceId>([...engine.relays().map(({ peer }) => peer), ...connected])
  for (const { devices } of engine.vault.replica.log.membership().accounts.values())
    for (const device of devices.keys()) known.add(device)
  known.delete(engine.home.secrets.device)
  return [...known].map((peer) => ({
    name: peerName(engine, peer),
    peer,
    role: replica.roleOf(peer),
    connected: connected.includes(peer),
    lastExchangeMs: replica.peers.lastExchangeMs(peer),
    lastError: engine.isOnline ? engine.network.lastError(peer) : undefined
  }))
}

function problemsOf(engine: Engine): ProblemStatus[] {
  const { home } = engine
  const own = engine.vault.problems()
  const found: ProblemStatus[] = engine
    .problems()
    .map(({ code, peer }) => ({ code, peer: peer === null ? undefined : peerName(engine, peer) }))
  for (const { peer, code } of peerFaults(engine)) found.push({ code, peer: peerName(engine, peer) })
  for (const { code, writer } of own.voids) found.push({ code, peer: peerName(engine, writer) })
  for (const { writer } of own.keys) found.push({ code: 'DECRYPT_FAILED', peer: peerName(engine, writer) })
  for (const { peer, lies } of engine.home.replica.peers.list())
    if (lies > 0) found.push({ code: 'PEER_LIES', peer: peerName(engine, peer) })
  if (home.replica.vaults().some(({ asideEntries }) => asideEntries > 0))
    found.push({ code: 'HOME_DAMAGED', peer: undefined })
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
  if (problems.some(({ code }) => needsPerson(code)) || peerFaults(engine).length > 0) return 'needs you'
  if (!engine.isOnline) return 'off'
  if (!peers.some(({ connected }) => connected)) return 'waiting for a device'
  const settled = engine.network.sessionsWith().every((session) => session.isSettled)
  if (!settled || (open > 0 && engine.exchange.wanted.size > 0)) return 'syncing'
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
  'CLOCK_OFF'
])
