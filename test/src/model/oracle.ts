// What counts, what is refused and which epoch is written under, as FORMAT.md 5.1 to 5.10 say it: brute force over
// explicit sets, sharing no code with core/src/log. Where the two differ, one of the three is wrong. Where the format is
// silent this follows core/src/log: certificates hold wherever they stand, a log of somebody who came back stands once it
// knows of the removal, a removed device does not vouch for itself by carrying the word of others, newest relay lists.
import { accountOf, certificatesIn, founderOf, inEffect, membersAt, membersOf, outranks } from './oracle-members.ts'
import type { Members, Removal } from './oracle-members.ts'
import { knew, says } from './told.ts'
import type { Act, Outcome, Say, Told } from './told.ts'

export function outcomeOf(set: ReadonlySet<Told>): Outcome {
  const counted = countedIn(set)
  const members = membersOf(counted, set, inEffect(set))
  const epochs = epochsIn(counted, members)
  return {
    counted: [...counted].map(({ hash }) => hash).sort(),
    accounts: [...members].map(([account, { role, rank, devices }]) => [
      account,
      role,
      Number.isFinite(rank) ? rank : null,
      devices
    ]),
    relays: relaysOf(counted),
    frozen: [...frozenIn(set)].sort(),
    epochs: epochs.map(({ id, fits }) => [id, fits] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
    writable: writableOf(epochs),
    live: isLive(counted)
  }
}

/** Whether this entry is good: a question of its own past and nothing else. */
export function isGood(told: Omit<Told, 'hash'>): boolean {
  const { past, log, device, act } = told
  if (frozenIn(past).has(log)) return false
  const removals = inEffect(past)
  if ((removals.length > 0 || frozenIn(past).size > 0) && countedIn(past).size !== past.size) return false
  const members = membersAt(past)
  if (act.kind === 'say')
    return (
      act.says.every((say) => maySay(say, device, past)) &&
      (accountOf(members, device) !== undefined || act.says.length > 0)
    )
  const account = accountOf(members, device)
  if (account === undefined) return false
  return mayAct(act, log, account, past, members)
}

/** Who gets the secret of an epoch made on top of this past. */
export function recipientsAt(past: ReadonlySet<Told>): string[] {
  return recipientsOf(membersAt(past))
}

/** Logs with two entries of one number, here or in a freeze. */
export function frozenIn(set: ReadonlySet<Told>): Set<string> {
  const frozen = new Set<string>()
  for (const a of set) {
    if (a.act.kind === 'freeze') frozen.add(a.act.log)
    for (const b of set) if (a !== b && a.log === b.log && a.seq === b.seq) frozen.add(a.log)
  }
  return frozen
}

/** The least set that counts: grown from the genesis until nothing more follows. */
function countedIn(set: ReadonlySet<Told>): Set<Told> {
  const removals = inEffect(set)
  const frozen = frozenIn(set)
  const counted = new Set([...set].filter(({ past }) => past.size === 0))
  for (const told of vouchedFor(set, removals)) addWithPast(counted, told)
  for (let before = -1; before !== counted.size; ) {
    before = counted.size
    const members = membersOf(counted, set, removals)
    for (const log of new Set([...set].map((told) => told.log))) {
      const entries = [...set].filter((told) => told.log === log)
      const stands =
        !frozen.has(log) &&
        accountOf(members, entries[0]!.device) !== undefined &&
        removals.every(
          (removal) => !removal.targets.has(entries[0]!.device) || entries.some((told) => knowsOf(told, removal))
        )
      if (stands) for (const told of entries) addWithPast(counted, told)
    }
  }
  return counted
}

/** (a) of 5.8: what lay in the past of an entry that carries a removal, of the logs which that removes. */
function vouchedFor(set: ReadonlySet<Told>, removals: readonly Removal[]): Told[] {
  return removals
    .flatMap((removal) =>
      removal.carriers.flatMap((carrier) =>
        [carrier, ...carrier.past].filter(({ device }) => {
          if (!removal.targets.has(device)) return false
          if (device !== carrier.device) return true
          return !removals.some((other) => other.targets.has(device) && isByAnother(other, device))
        })
      )
    )
    .filter((told) => set.has(told))
}

function isByAnother({ author, carriers }: Removal, device: string): boolean {
  return author === null ? carriers.some((carrier) => carrier.device !== device) : author !== device
}

function knowsOf(told: Told, { carriers }: Removal): boolean {
  return carriers.some((carrier) => carrier === told || knew(told, carrier))
}

function addWithPast(counted: Set<Told>, told: Told): void {
  counted.add(told)
  for (const one of told.past) counted.add(one)
}

function maySay(say: Say, device: string, past: ReadonlySet<Told>): boolean {
  const removals = inEffect(past)
  const members = membersAt(past)
  const own = accountOf(members, device)
  const role = own === undefined ? undefined : members.get(own)!.role
  const founder = founderOf(past)
  switch (say.kind) {
    case 'certify':
      return (
        members.has(say.account) &&
        (own === say.account || role === 'owner' || (own === undefined && say.device === device)) &&
        isGoodIssuer(say, members) &&
        !removals.some((removal) => removal.device === say.device)
      )
    case 'revoke':
      return (
        members.has(say.account) &&
        (own === say.account || role === 'owner') &&
        isGoodIssuer(say, members) &&
        certificatesIn(past).some((one) => one.device === say.device && one.account === say.account)
      )
    case 'add':
      return role === 'owner' && !members.has(say.account)
    case 'role':
      return (
        role === 'owner' &&
        members.has(say.account) &&
        say.account !== founder &&
        !outranks(members, founder, say.account, own!)
      )
    case 'remove':
      if (say.account === founder || !members.has(say.account)) return false
      return own === say.account || (role === 'owner' && !outranks(members, founder, say.account, own!))
    case 'relays':
      return role === 'owner'
  }
}

function isGoodIssuer({ account, issuer }: Say & { kind: 'certify' | 'revoke' }, members: Members): boolean {
  return issuer === null || accountOf(members, issuer) === account
}

function mayAct(
  act: Exclude<Act, { kind: 'say' }>,
  log: string,
  account: string,
  past: ReadonlySet<Told>,
  members: Members
): boolean {
  const known = [...past].flatMap((told) => (told.act.kind === 'epoch' ? [told.act.epoch] : []))
  switch (act.kind) {
    case 'change':
      return members.get(account)!.role !== 'reader' && known.includes(act.epoch)
    case 'epoch':
      return (
        members.get(account)!.role !== 'reader' &&
        act.parents.every((epoch) => known.includes(epoch)) &&
        act.to.join() === recipientsOf(members).join()
      )
    case 'wrap':
      return known.includes(act.epoch) && act.to.every((one) => recipientsOf(members).includes(one))
    case 'freeze':
      return act.log !== log
  }
}

function recipientsOf(members: Members): string[] {
  return [...members]
    .flatMap(([account, { devices }]) => [`recovery ${account}`, ...devices.map((one) => `device ${one}`)])
    .sort()
}

interface OracleEpoch {
  readonly id: string
  readonly parents: readonly string[]
  readonly fits: boolean
}

function epochsIn(counted: ReadonlySet<Told>, members: Members): OracleEpoch[] {
  const allowed = recipientsOf(members)
  const given = (id: string): string[] =>
    [...counted].flatMap(({ act }) => ((act.kind === 'epoch' || act.kind === 'wrap') && act.epoch === id ? act.to : []))
  return [...counted].flatMap(({ act }) => {
    if (act.kind !== 'epoch') return []
    return [{ id: act.epoch, parents: act.parents, fits: given(act.epoch).every((one) => allowed.includes(one)) }]
  })
}

function writableOf(epochs: readonly OracleEpoch[]): string | null {
  const continues = (one: OracleEpoch, id: string): boolean =>
    one.parents.some((parent) => parent === id || epochs.some((other) => other.id === parent && continues(other, id)))
  const free = epochs.filter(({ fits, id }) => fits && !epochs.some((other) => other.fits && continues(other, id)))
  return free.map(({ id }) => id).sort()[0] ?? null
}

/** The newest list replaces the others; of two that cross, the one that stands higher, then the greater hash. */
function relaysOf(counted: ReadonlySet<Told>): string[] {
  const lists = [...counted].flatMap((told) =>
    says(told).flatMap((say) => (say.kind === 'relays' ? [{ told, name: say.name }] : []))
  )
  lists.sort((a, b) => b.told.height - a.told.height || (a.told.hash < b.told.hash ? 1 : -1))
  return lists.slice(0, 1).map(({ name }) => name)
}

/** Some counted entry brings the object, and no shred by an owner or by an author of that account outlives it. */
function isLive(counted: ReadonlySet<Told>): boolean {
  const changes = [...counted].flatMap((told) => (told.act.kind === 'change' ? [{ told, act: told.act }] : []))
  return changes.some(
    ({ told, act }) =>
      act.brings && !changes.some((shred) => shred.act.shreds && mayShred(shred.told, told) && !knew(told, shred.told))
  )
}

function mayShred(shred: Told, bringer: Told): boolean {
  const at = (told: Told): [string | undefined, string | undefined] => {
    const members = membersAt(told.past)
    const account = accountOf(members, told.device)
    return [account, account === undefined ? undefined : members.get(account)!.role]
  }
  const [account, role] = at(shred)
  return role === 'owner' || (account !== undefined && account === at(bringer)[0])
}
