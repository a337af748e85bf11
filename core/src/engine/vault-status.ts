import type { ErrorCode } from '../base/errors.ts'
import type { DeviceId, VaultId } from '../base/ids.ts'
import type { VaultKind } from '../log/genesis.ts'
import type { Role } from '../log/statement.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import { floorReached } from '../vault/floors.ts'
import type { Mount } from '../vault/mounts.ts'
import type { Vault } from '../vault/vault.ts'
import type { Engine } from './engine.ts'
import type { HealthState } from './status.ts'
import { whereaboutsIn } from './whereabouts.ts'

/** The state of one vault: how many places hold its files, and through whom it is kept in step. */
export interface VaultStatus extends FilesStatus {
  readonly vault: VaultId
  readonly kind: 'personal' | Exclude<VaultKind, 'account'>
  /** Where it is shown; the personal one at the root. */
  readonly path: readonly string[]
  readonly state: HealthState
  /** Why it is not open. */
  readonly failure: ErrorCode | undefined
  readonly members: number
  /** Whether this account was taken out, or the vault's relays turn this device away, which looks the same: what is here stays. */
  readonly refused: boolean
  /** What this account may do there; undefined before that is known, and for who was removed. */
  readonly role: Role | undefined
  readonly relays: readonly { readonly peer: DeviceId; readonly name: string; readonly connected: boolean }[]
  /** Relays that are to keep each object. */
  readonly copiesWanted: number
  readonly waitingEntries: number
}

/** A number of files, and the paths of the first few from the root of the home. */
export interface SomeFiles {
  readonly files: number
  readonly paths: readonly (readonly string[])[]
}

export interface FilesStatus {
  readonly files: number
  readonly bytes: number
  /** Number of files by how many devices and relays are known to hold them whole. */
  readonly copies: { readonly none: number; readonly one: number; readonly more: number }
  /** Files on this device and nowhere else. */
  readonly onlyHere: SomeFiles
  /** Files of which one copy is known, wherever it is: they are gone when that place is. */
  readonly couldDie: SomeFiles
  /** Files that neither this device nor anybody who is connected is known to hold. */
  readonly unreachable: SomeFiles
}

/** Of every vault, the personal one first, then in the order of their paths. Conversations that are not open are left out. */
export async function vaultStatuses(engine: Engine): Promise<VaultStatus[]> {
  const { personal } = engine
  const seen = new Set<VaultId>()
  const mounted: VaultStatus[] = []
  for (const mount of engine.mounts()) {
    const path = personal.index.tree.pathOf(mount.node)
    const isHere = engine.vaultOf(mount.vault) !== undefined || engine.vaultFailure(mount.vault) !== undefined
    if (path === undefined || !isHere || seen.has(mount.vault)) continue
    seen.add(mount.vault)
    mounted.push(await statusOfMount(engine, mount, path))
  }
  mounted.sort((a, b) => (a.path.join('\0') < b.path.join('\0') ? -1 : 1))
  return [await statusOfVault(engine, personal, 'personal', (path) => path), ...mounted]
}

async function statusOfMount(engine: Engine, mount: Mount, mountPath: readonly string[]): Promise<VaultStatus> {
  const kind = mount.kind === 'conversation' ? 'conversation' : 'folder'
  const vault = engine.vaultOf(mount.vault)
  if (vault === undefined) return notOpen(engine, mount, kind, mountPath)
  const shown = mount.file === null ? undefined : vault.index.tree.pathOf(mount.file)?.join('/')
  // What there is besides a single shared file is shown beside it.
  const pathOf = (path: readonly string[]): readonly string[] => {
    if (mount.file === null) return [...mountPath, ...path]
    return path.join('/') === shown ? mountPath : [...mountPath.slice(0, -1), ...path]
  }
  return { ...(await statusOfVault(engine, vault, kind, pathOf)), path: mountPath }
}

async function statusOfVault(
  engine: Engine,
  vault: Vault,
  kind: VaultStatus['kind'],
  pathOf: (path: readonly string[]) => readonly string[]
): Promise<VaultStatus> {
  const { replica } = vault
  const membership = replica.log.membership()
  const connected = connectedTo(engine, replica)
  const files = await filesOf(engine, vault, connected, pathOf)
  return {
    vault: vault.id,
    kind,
    path: [],
    state: stateOf(engine, replica, connected, files.arriving),
    failure: undefined,
    refused: isRefused(engine, replica),
    members: membership.accounts.size,
    role: membership.accounts.get(engine.home.state.account)?.role,
    relays: relaysOf(engine, replica),
    copiesWanted: membership.copies,
    waitingEntries: vault.problems().waiting,
    ...files.status
  }
}

function notOpen(engine: Engine, mount: Mount, kind: VaultStatus['kind'], path: readonly string[]): VaultStatus {
  const replica = engine.home.replica.vault(mount.vault)
  const none = { files: 0, paths: [] }
  return {
    vault: mount.vault,
    kind,
    path,
    state: 'needs you',
    failure: engine.vaultFailure(mount.vault),
    refused: replica !== undefined && isRefused(engine, replica),
    members: replica?.log.membership().accounts.size ?? 0,
    role: replica?.log.membership().accounts.get(engine.home.state.account)?.role,
    relays: replica === undefined ? [] : relaysOf(engine, replica),
    copiesWanted: replica?.log.membership().copies ?? 0,
    waitingEntries: 0,
    files: 0,
    bytes: 0,
    copies: { none: 0, one: 0, more: 0 },
    onlyHere: none,
    couldDie: none,
    unreachable: none
  }
}

function relaysOf(engine: Engine, replica: VaultReplica): VaultStatus['relays'] {
  const connected = connectedTo(engine, replica)
  const { relays } = replica.log.membership()
  return relays.map(({ peer, name }) => ({ peer, name, connected: connected.has(peer) }))
}

/** Whom this device is connected to now and has the vault in common with. */
function connectedTo(engine: Engine, replica: VaultReplica): ReadonlySet<DeviceId> {
  if (!engine.isOnline) return new Set()
  return new Set(engine.network.connected().filter((peer) => replica.mayNameTo(peer)))
}

function stateOf(
  engine: Engine,
  replica: VaultReplica,
  connected: ReadonlySet<DeviceId>,
  arriving: number
): HealthState {
  if (!engine.isOnline || isRefused(engine, replica)) return 'off'
  if (connected.size === 0) return 'waiting for a device'
  const sessions = engine.network.sessionsWith().filter(({ peer }) => connected.has(peer))
  return arriving > 0 || !sessions.every((session) => session.isSettled) ? 'syncing' : 'up to date'
}

/** Where what is shown is what this account may have no more of, in the order of the mounts. */
export function refusedPaths(engine: Engine): (readonly string[])[] {
  return engine.mounts().flatMap((mount) => {
    const replica = engine.home.replica.vault(mount.vault)
    const path = engine.personal.index.tree.pathOf(mount.node)
    return replica === undefined || path === undefined || !isRefused(engine, replica) ? [] : [path]
  })
}

/** Whether this account was taken out of it, or its relays turn this device away. */
export function isRefused(engine: Engine, { id, log }: VaultReplica): boolean {
  const floor = engine.mounts().find(({ vault }) => vault === id)?.floor ?? null
  // Who was just let in is no member either, until that has come.
  const hasCome = log.order().length > 1 && (floor === null || floorReached(log, floor))
  const wasRemoved = hasCome && !log.membership().accounts.has(engine.home.state.account)
  return wasRemoved || engine.refused.has(id)
}

/** Paths that are told; of all others only the number. */
export const PATHS_SHOWN = 20

/** Files looked at in one go. Of a large vault it takes a phone seconds, in which somebody else may ask for something. */
const FILES_AT_ONCE = 1000

async function filesOf(
  engine: Engine,
  vault: Vault,
  connected: ReadonlySet<DeviceId>,
  pathOf: (path: readonly string[]) => readonly string[]
): Promise<{ status: FilesStatus; arriving: number }> {
  const copies = { none: 0, one: 0, more: 0 }
  const [onlyHere, couldDie, unreachable] = [new Some(), new Some(), new Some()]
  const whereaboutsOf = whereaboutsIn(engine)
  let [files, bytes, arriving] = [0, 0, 0]
  for (const { path: within, node } of vault.index.tree.walk(null)) {
    const { content } = node
    if (content === undefined || content.kind === 'folder') continue
    const path = pathOf(within)
    if (++files % FILES_AT_ONCE === 0) await engine.turn()
    bytes += content.size
    const where = whereaboutsOf(content, vault)
    const known = where.copies.length
    copies[known === 0 ? 'none' : known === 1 ? 'one' : 'more']++
    if (where.state === 'arriving') arriving++
    if (known === 1) couldDie.add(path)
    if (known === 1 && where.state === 'here') onlyHere.add(path)
    const isAway = where.state === 'relay' && connected.size > 0 && where.isReachable !== true
    if (where.state === 'nowhere' || isAway) unreachable.add(path)
  }
  return { status: { files, bytes, copies, onlyHere, couldDie, unreachable }, arriving }
}

class Some implements SomeFiles {
  files = 0
  readonly paths: (readonly string[])[] = []

  add(path: readonly string[]): void {
    this.files++
    if (this.paths.length < PATHS_SHOWN) this.paths.push(path)
  }
}
