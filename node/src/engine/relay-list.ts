import { HoldfastError } from '@holdfast/core/base/errors'
import { LIMITS } from '@holdfast/core/base/limits'
import type { Membership } from '@holdfast/core/log/membership'
import type { RelayInfo, RelayList } from '@holdfast/core/log/statement'
import { writeStatements } from '@holdfast/core/vault/author'
import type { Engine } from './engine.ts'
import { DEFAULT_COPIES, REPAIR_AFTER_MS } from './relay-defaults.ts'
import { isOwnVault } from './sharing.ts'

/** What an owner may say of the relays of all vaults the account founded. */
export interface RelayRules {
  /** Relays that are to hold each object. */
  readonly copies?: number
  /** How long a relay may be away before others take its place. */
  readonly repairAfterMs?: number
}

/** By name, or by the first eight or more hex digits of the id. Throws UNKNOWN_RELAY, AMBIGUOUS_NAME. */
export function findRelay(relays: readonly RelayInfo[], name: string): RelayInfo {
  const byId = name.length >= 8 ? relays.filter(({ peer }) => peer.startsWith(name.toLowerCase())) : []
  const found = byId.length > 0 ? byId : relays.filter((relay) => relay.name.toLowerCase() === name.toLowerCase())
  if (found[0] === undefined) throw new HoldfastError('UNKNOWN_RELAY')
  if (found.length > 1) throw new HoldfastError('AMBIGUOUS_NAME')
  return found[0]
}

/** Names the relay in every vault the account founded; one that is named is named by its newest name and addresses. */
export function nameRelay(engine: Engine, relay: RelayInfo): Promise<void> {
  return restate(engine, (before) => ({
    relays: [...before.relays.filter(({ peer }) => peer !== relay.peer), relay].slice(-LIMITS.relays)
  }))
}

/** Takes the relay out of every vault the account founded. */
export async function unnameRelay(engine: Engine, relay: RelayInfo): Promise<void> {
  await restate(engine, ({ relays }) => ({ relays: relays.filter(({ peer }) => peer !== relay.peer) }))
  const { home } = engine
  if (engine.relays().length === 0) await home.setState({ ...home.state, introduced: [] })
}

export function setRules(engine: Engine, rules: RelayRules): Promise<void> {
  return restate(engine, () => rules)
}

/** Writes the changed list into each of those vaults where it differs. */
async function restate(engine: Engine, change: (before: Membership) => Partial<RelayList>): Promise<void> {
  await engine.openAll()
  const next = (before: Membership): RelayList | undefined => {
    const changed = change(before)
    const relays = changed.relays ?? before.relays
    const list: RelayList = {
      kind: 'relays',
      relays,
      copies: changed.copies ?? copiesFor(before, relays.length),
      repairAfterMs: changed.repairAfterMs ?? (before.relays.length === 0 ? REPAIR_AFTER_MS : before.repairAfterMs)
    }
    return JSON.stringify(list) === JSON.stringify({ ...before, ...list }) ? undefined : list
  }
  const account = next(engine.accountVault.log.membership())
  if (account !== undefined) await writeStatements(engine.accountVault, engine.author, [account])
  for (const vault of engine.vaults()) {
    if (vault !== engine.personal && !isOwnVault(engine, vault)) continue
    const list = next(vault.replica.log.membership())
    if (list === undefined) continue
    await vault.state([list])
    await vault.ensureEpoch()
  }
}

/** Two, or as many as there are, until an owner says otherwise: what was said is kept when relays come and go. */
export function copiesFor({ relays, copies }: Pick<Membership, 'relays' | 'copies'>, count: number): number {
  const isDefault = relays.length === 0 || copies === Math.min(DEFAULT_COPIES, relays.length)
  return isDefault ? Math.min(DEFAULT_COPIES, count) : copies
}
