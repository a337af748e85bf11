import type { AccountId, DeviceId } from '../base/ids.ts'
import type { Recipient } from './epoch-body.ts'
import { recipientKey } from './epoch-body.ts'
import { certificatesIn } from './events.ts'
import type { Issued, MemberEvent } from './events.ts'
import { accountIdOf } from './genesis.ts'
import { byHeight, isBefore } from './graph.ts'
import type { Node } from './graph.ts'
import type { Removal } from './removals.ts'
import { ROLES } from './statement.ts'
import type { AddMember, RelayInfo, RelayList, Role } from './statement.ts'

/** Who belongs to a vault, and what they may do. */
export interface Membership {
  readonly founder: AccountId
  readonly accounts: ReadonlyMap<AccountId, Member>
  readonly relays: readonly RelayInfo[]
  /** Height of the entry that named them: a later list, by whoever knew the earlier one, has a higher one. 0: nobody has. */
  readonly relaysHeight: number
  readonly copies: number
  readonly repairAfterMs: number
  accountOf(device: DeviceId): AccountId | undefined
  roleOf(device: DeviceId): Role | null
  isRelay(peer: DeviceId): boolean
}

export interface Member {
  readonly root: Uint8Array
  readonly recovery: Uint8Array
  readonly role: Role
  /** 0 the founder, 1 and more owners in causal order (equal if neither came before the other); of others Infinity. */
  readonly rank: number
  readonly name: string
  readonly devices: ReadonlyMap<DeviceId, MemberDevice>
  /** Entries since which it is an owner. */
  readonly ownerSince: readonly Node[]
}

export interface MemberDevice {
  readonly xPublic: Uint8Array
  readonly name: string
  /** The root public key, or the device that certified it. */
  readonly certifiedBy: DeviceId
}

/** Membership as these events make it, with these removals in effect. A function of the two sets. */
export function reduce(events: readonly MemberEvent[], removals: readonly Removal[]): Membership {
  const adds = addsByAccount(events)
  const certificates = certificatesIn(events)
  const alive = livingDevices(certificates, removals)
  const accounts = new Map<AccountId, Omit<Member, 'rank'>>()
  for (const [account, list] of adds) {
    if (!stands(account, list, removals)) continue
    const first = list.reduce((a, b) => (byHeight(a.node, b.node) <= 0 ? a : b)).statement
    const devices = devicesOf(account, certificates, alive)
    const grants = roleEvents(events, account, list)
    accounts.set(account, { root: first.root, recovery: first.recovery, name: first.name, devices, ...rights(grants) })
  }
  const founder = [...adds].find(([, list]) => list.some(({ node }) => node.header.genesis !== null))![0]
  return new MembershipView(founder, ranked(founder, accounts), newestRelays(events))
}

/** Everybody who gets epoch secrets, in the order of the format: each member device, each member's recovery key. */
export function recipientsOf(membership: Membership): Recipient[] {
  const found: Recipient[] = []
  for (const [account, member] of membership.accounts) {
    found.push({ kind: 'recovery', id: account })
    for (const device of member.devices.keys()) found.push({ kind: 'device', id: device })
  }
  return found.sort((a, b) => (recipientKey(a) < recipientKey(b) ? -1 : 1))
}

/** Whether `a` has the higher rank: the founder, then owners by the order in which they became owners, then the rest. */
export function outranks(membership: Membership, a: AccountId, b: AccountId): boolean {
  if (a === b) return false
  if (a === membership.founder || b === membership.founder) return a === membership.founder
  const [x, y] = [membership.accounts.get(a), membership.accounts.get(b)]
  if (x?.role !== 'owner' || y?.role !== 'owner') return x?.role === 'owner'
  return earlier(x, y)
}

interface Add {
  readonly node: Node
  readonly statement: AddMember
}

function addsByAccount(events: readonly MemberEvent[]): Map<AccountId, Add[]> {
  const adds = new Map<AccountId, Add[]>()
  for (const { node, statement } of events) {
    if (statement.kind !== 'add') continue
    const account = accountIdOf(statement.root)
    const list = adds.get(account)
    if (list === undefined) adds.set(account, [{ node, statement }])
    else list.push({ node, statement })
  }
  return adds
}

/** Somebody is a member if some addition knew of every removal: of two that cross, the removal wins. */
function stands(account: AccountId, adds: readonly Add[], removals: readonly Removal[]): boolean {
  const against = removals.filter((removal) => removal.account === account)
  return adds.some(({ node }) => against.every(({ carriers }) => carriers.some((one) => isBefore(one, node))))
}

/** A revoked device never comes back; one that it certified lives on if it was kept or certified by somebody else too. */
function livingDevices(certificates: Map<DeviceId, Issued[]>, removals: readonly Removal[]): Set<DeviceId> {
  const revoked = new Map<DeviceId, Removal[]>()
  for (const removal of removals) {
    if (removal.device === null) continue
    const list = revoked.get(removal.device)
    if (list === undefined) revoked.set(removal.device, [removal])
    else list.push(removal)
  }
  const alive = new Set<DeviceId>()
  let before = -1
  while (before !== alive.size) {
    before = alive.size
    for (const [device, issued] of certificates) {
      if (revoked.has(device) || alive.has(device)) continue
      const good = issued.some(({ byRoot, certificate: { issuer } }) => {
        const kept = revoked.get(issuer)?.every((removal) => removal.kept.has(device))
        return byRoot || alive.has(issuer) || (kept === true && certificates.has(issuer))
      })
      if (good) alive.add(device)
    }
  }
  return alive
}

function devicesOf(
  account: AccountId,
  certificates: Map<DeviceId, Issued[]>,
  alive: Set<DeviceId>
): Map<DeviceId, MemberDevice> {
  const devices = new Map<DeviceId, MemberDevice>()
  for (const device of [...alive].sort()) {
    const issued = certificates.get(device)!
    const { certificate } = issued.reduce((a, b) => (byHeight(a.node, b.node) <= 0 ? a : b))
    if (certificate.account !== account) continue
    const { xPublic, name, issuer } = certificate
    devices.set(device, { xPublic, name, certifiedBy: issuer })
  }
  return devices
}

interface Grant {
  readonly node: Node
  readonly place: number
  readonly role: Role
}

function roleEvents(events: readonly MemberEvent[], account: AccountId, adds: readonly Add[]): Grant[] {
  const added = new Map(adds.map(({ node, statement }) => [statement, node]))
  return events.flatMap(({ node, place, statement }) => {
    if (statement.kind === 'add') return added.get(statement) === node ? [{ node, place, role: statement.role }] : []
    return statement.kind === 'role' && statement.account === account ? [{ node, place, role: statement.role }] : []
  })
}

/** Of grants that cross, the least holds. */
function rights(grants: readonly Grant[]): { role: Role; ownerSince: Node[] } {
  const latest = grants.filter((a) => !grants.some((b) => follows(b, a)))
  const role = ROLES[Math.min(...latest.map((grant) => ROLES.indexOf(grant.role)))]!
  if (role !== 'owner') return { role, ownerSince: [] }
  const lasting = grants.filter((a) => a.role === 'owner' && !grants.some((b) => b.role !== 'owner' && follows(b, a)))
  return { role, ownerSince: lasting.map(({ node }) => node) }
}

function follows(b: Grant, a: Grant): boolean {
  return a.node === b.node ? a.place < b.place : isBefore(a.node, b.node)
}

function earlier(a: Pick<Member, 'ownerSince'>, b: Pick<Member, 'ownerSince'>): boolean {
  return a.ownerSince.some((x) => b.ownerSince.every((y) => isBefore(x, y)))
}

function ranked(founder: AccountId, accounts: ReadonlyMap<AccountId, Omit<Member, 'rank'>>): Map<AccountId, Member> {
  const owners = [...accounts].filter(([account, { role }]) => role === 'owner' && account !== founder)
  const rankOf = (account: AccountId, member: Omit<Member, 'rank'>): number => {
    if (account === founder) return 0
    if (member.role !== 'owner') return Number.POSITIVE_INFINITY
    return 1 + owners.filter(([, other]) => earlier(other, member)).length
  }
  return new Map(
    [...accounts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([account, member]) => [account, { ...member, rank: rankOf(account, member) }])
  )
}

function newestRelays(events: readonly MemberEvent[]): { list: RelayList; height: number } {
  let newest: { node: Node; list: RelayList } | undefined
  for (const { node, statement } of events) {
    if (statement.kind === 'relays' && (newest === undefined || byHeight(node, newest.node) >= 0))
      newest = { node, list: statement }
  }
  const none: RelayList = { kind: 'relays', relays: [], copies: 1, repairAfterMs: 0 }
  return { list: newest?.list ?? none, height: newest?.node.height ?? 0 }
}

class MembershipView implements Membership {
  readonly founder: AccountId
  readonly accounts: ReadonlyMap<AccountId, Member>
  readonly relays: readonly RelayInfo[]
  readonly relaysHeight: number
  readonly copies: number
  readonly repairAfterMs: number
  readonly #accountOf = new Map<DeviceId, AccountId>()

  constructor(
    founder: AccountId,
    accounts: ReadonlyMap<AccountId, Member>,
    { list, height }: { list: RelayList; height: number }
  ) {
    this.founder = founder
    this.accounts = accounts
    this.relays = list.relays
    this.relaysHeight = height
    this.copies = list.copies
    this.repairAfterMs = list.repairAfterMs
    for (const [account, { devices }] of accounts)
      for (const device of devices.keys()) this.#accountOf.set(device, account)
  }

  accountOf(device: DeviceId): AccountId | undefined {
    return this.#accountOf.get(device)
  }

  roleOf(device: DeviceId): Role | null {
    const account = this.#accountOf.get(device)
    return account === undefined ? null : this.accounts.get(account)!.role
  }

  isRelay(peer: DeviceId): boolean {
    return this.relays.some((relay) => relay.peer === peer)
  }
}
