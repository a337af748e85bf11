// Who belongs to a vault, as FORMAT.md 5.5 and 5.8 say it, slow and plain. Where the format is silent this follows
// core/src/log: of role grants that cross the least holds; of two certificates one that lives is enough; who was
// removed is a member again by an addition that knew of every removal in effect.
import { knew, says } from './told.ts'
import type { Say, Told } from './told.ts'

export interface Removal {
  /** A device, or null for a root key. */
  readonly author: string | null
  readonly account: string | null
  readonly device: string | null
  readonly kept: readonly string[]
  readonly carriers: Told[]
  /** Devices it removes. */
  targets: ReadonlySet<string>
}

export interface OracleMember {
  readonly role: string
  readonly rank: number
  readonly devices: readonly string[]
}

export type Members = ReadonlyMap<string, OracleMember>

type Certificate = Say & { kind: 'certify' }

/** The removals among these entries that take effect: one that is hit by one in effect is void, except inside a circle. */
export function inEffect(set: ReadonlySet<Told>): readonly Removal[] {
  const known = decided.get(set)
  if (known !== undefined) return known
  const removals = decide(set)
  decided.set(set, removals)
  return removals
}

/** Membership at a point with this past: all that it says counts. */
export function membersAt(past: ReadonlySet<Told>): Members {
  const known = joined.get(past)
  if (known !== undefined) return known
  const members = membersOf(past, past, inEffect(past))
  joined.set(past, members)
  return members
}

const decided = new WeakMap<ReadonlySet<Told>, readonly Removal[]>()
const joined = new WeakMap<ReadonlySet<Told>, Members>()

function decide(set: ReadonlySet<Told>): Removal[] {
  const all = removalsIn(set)
  const reaches = (from: Removal, to: Removal, been: readonly Removal[] = []): boolean =>
    all.some((next) => hits(from, next) && !been.includes(next) && (next === to || reaches(next, to, [...been, next])))
  const takesEffect = (one: Removal): boolean =>
    !all.some((other) => hits(other, one) && !reaches(one, other) && takesEffect(other))
  return all.filter(takesEffect)
}

/**
 * Membership by what `saying` say with these removals in effect. Certificates prove themselves, so those of the whole
 * `set` hold: a device may bring its own.
 */
export function membersOf(saying: ReadonlySet<Told>, set: ReadonlySet<Told>, removals: readonly Removal[]): Members {
  const alive = livingDevices(certificatesIn(set), removals)
  const found = new Map<string, Omit<OracleMember, 'rank'> & { since: Told[] }>()
  const accounts = new Set(
    [...saying].flatMap((told) => says(told).flatMap((say) => (say.kind === 'add' ? [say.account] : [])))
  )
  for (const account of [...accounts].sort()) {
    const adds = grantsOf(saying, account).filter(({ add }) => add)
    const against = removals.filter((removal) => removal.account === account)
    const stays = adds.some(({ told }) =>
      against.every(({ carriers }) => carriers.some((carrier) => knew(told, carrier)))
    )
    if (!stays) continue
    const devices = [...alive].filter(([, owner]) => owner === account).map(([device]) => device)
    found.set(account, { ...rightsOf(grantsOf(saying, account)), devices: devices.sort() })
  }
  const founder = founderOf(set)
  const rank = (account: string): number => {
    const { role, since } = found.get(account)!
    if (account === founder) return 0
    if (role !== 'owner') return Number.POSITIVE_INFINITY
    const before = [...found].filter(
      ([other, { role: theirs, since: first }]) =>
        other !== founder && theirs === 'owner' && first.some((x) => since.every((y) => knew(y, x)))
    )
    return 1 + before.length
  }
  return new Map([...found].map(([account, { role, devices }]) => [account, { role, devices, rank: rank(account) }]))
}

export function accountOf(members: Members, device: string): string | undefined {
  return [...members].find(([, { devices }]) => devices.includes(device))?.[0]
}

export function founderOf(set: ReadonlySet<Told>): string {
  const genesis = [...set].find(({ past }) => past.size === 0)!
  return says(genesis).flatMap((say) => (say.kind === 'add' ? [say.account] : []))[0]!
}

/** Whether `a` has the higher rank. */
export function outranks(members: Members, founder: string, a: string, b: string): boolean {
  if (a === b) return false
  if (a === founder || b === founder) return a === founder
  const [x, y] = [members.get(a), members.get(b)]
  if (x?.role !== 'owner' || y?.role !== 'owner') return x?.role === 'owner'
  return x.rank < y.rank
}

export function certificatesIn(set: ReadonlySet<Told>): Certificate[] {
  return [...set].flatMap((told) => says(told).flatMap((say) => (say.kind === 'certify' ? [say] : [])))
}

function removalsIn(set: ReadonlySet<Told>): Removal[] {
  const found = new Map<string, Removal>()
  for (const told of set) {
    for (const say of says(told)) {
      if (say.kind !== 'remove' && say.kind !== 'revoke') continue
      // A revocation is one statement however often it is carried; a removal is what one entry says.
      const name = say.kind === 'remove' ? told.hash : `${say.issuer} ${say.device} ${say.kept.join()}`
      const known = found.get(name)
      if (known !== undefined) known.carriers.push(told)
      else found.set(name, removalOf(say, told))
    }
  }
  for (const removal of found.values()) removal.targets = targetsOf(removal, certificatesIn(set))
  return [...found.values()]
}

function removalOf(say: Say & { kind: 'remove' | 'revoke' }, told: Told): Removal {
  if (say.kind === 'remove')
    return { author: told.device, account: say.account, device: null, kept: [], carriers: [told], targets: new Set() }
  return { author: say.issuer, account: null, device: say.device, kept: say.kept, carriers: [told], targets: new Set() }
}

/** A member's devices; or the device, with everything that only what falls with it had certified and that is not kept. */
function targetsOf(removal: Removal, certificates: readonly Certificate[]): Set<string> {
  if (removal.device === null)
    return new Set(certificates.filter(({ account }) => account === removal.account).map(({ device }) => device))
  const targets = new Set([removal.device])
  for (let round = 0; round <= certificates.length; round++) {
    for (const { device } of certificates) {
      const issuers = certificates.filter((one) => one.device === device).map(({ issuer }) => issuer)
      if (!removal.kept.includes(device) && issuers.every((issuer) => issuer !== null && targets.has(issuer)))
        targets.add(device)
    }
  }
  return targets
}

/** `a` removes the author of `b`, and neither was written with knowledge of the other. */
function hits(a: Removal, b: Removal): boolean {
  if (b.author === null || !a.targets.has(b.author)) return false
  const places = ({ author, carriers }: Removal): Told[] => {
    const own = carriers.filter(({ device }) => device === author)
    return own.length > 0 ? own : carriers
  }
  return places(a).every((x) => places(b).every((y) => x !== y && !knew(x, y) && !knew(y, x)))
}

/** A revoked device never returns. Another one lives by the root key, a living device, or a revoked one that all kept it. */
function livingDevices(certificates: readonly Certificate[], removals: readonly Removal[]): Map<string, string> {
  const revocations = (device: string): Removal[] => removals.filter((removal) => removal.device === device)
  const alive = new Map<string, string>()
  for (let round = 0; round <= certificates.length; round++) {
    for (const { issuer, device, account } of certificates) {
      if (revocations(device).length > 0) continue
      const byKept =
        issuer !== null &&
        revocations(issuer).length > 0 &&
        revocations(issuer).every(({ kept }) => kept.includes(device))
      if (issuer === null || alive.has(issuer) || byKept) alive.set(device, account)
    }
  }
  return alive
}

interface Grant {
  readonly told: Told
  readonly role: string
  readonly add: boolean
}

function grantsOf(saying: ReadonlySet<Told>, account: string): Grant[] {
  return [...saying].flatMap((told) =>
    says(told).flatMap((say) =>
      (say.kind === 'add' || say.kind === 'role') && say.account === account
        ? [{ told, role: say.role, add: say.kind === 'add' }]
        : []
    )
  )
}

const LEAST_FIRST = ['reader', 'writer', 'owner']

/** The newest grant holds; of several that cross, the least. */
function rightsOf(grants: readonly Grant[]): { role: string; since: Told[] } {
  const newest = grants.filter((a) => !grants.some((b) => knew(b.told, a.told)))
  const role = LEAST_FIRST.find((one) => newest.some((grant) => grant.role === one))!
  const lasting = grants.filter(
    (a) => a.role === 'owner' && !grants.some((b) => b.role !== 'owner' && knew(b.told, a.told))
  )
  return { role, since: role === 'owner' ? lasting.map(({ told }) => told) : [] }
}
