import { HoldfastError } from '../../base/errors.ts'
import type { DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Membership } from '../../log/membership.ts'
import type { RelayInfo, RelayList } from '../../log/statement.ts'
import type { VaultReplica } from '../../sync/replica/vault-replica.ts'
import { writeStatements } from '../../vault/author.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Engine } from '../engine.ts'
import { DEFAULT_COPIES, REPAIR_AFTER_MS } from './relay-defaults.ts'
import { isOwnVault } from '../sharing/sharing.ts'

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

/** Relays that any vault the account founded names: those of the personal vault first. */
export function ownRelays(engine: Engine): readonly RelayInfo[] {
  const named = new Map<DeviceId, RelayInfo>()
  for (const { log } of [engine.personal.replica, engine.accountVault, ...ownVaults(engine).map((one) => one.replica)])
    for (const relay of log.membership().relays) if (!named.has(relay.peer)) named.set(relay.peer, relay)
  return [...named.values()]
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

/** Goes on with a list that was written for some vaults and not for others yet. Throws as writing in one of them does. */
export async function finishRelays(engine: Engine): Promise<void> {
  // A damaged mark is one, too: looking once more does no harm.
  const mark = await engine.home.kv.get(DUE).catch(() => null)
  if (mark === undefined) return
  await engine.openAll()
  await alone(engine, () => align(engine))
}

/**
 * The personal vault says what is wanted, the others follow: broken off in between, or where a vault is not open, it is
 * finished later.
 */
async function restate(engine: Engine, change: (before: Membership) => Partial<RelayList>): Promise<void> {
  await engine.openAll()
  await alone(engine, async () => {
    const { personal } = engine
    const before = personal.replica.log.membership()
    const changed = change(before)
    const relays = changed.relays ?? before.relays
    await engine.home.kv.write([{ put: DUE, value: new Uint8Array([1]) }])
    await say(personal, {
      kind: 'relays',
      relays,
      copies: changed.copies ?? copiesFor(before, relays.length),
      repairAfterMs: changed.repairAfterMs ?? (before.relays.length === 0 ? REPAIR_AFTER_MS : before.repairAfterMs)
    })
    await align(engine)
  })
}

/** Every vault the account founded is told what the personal one says. One that fails keeps nothing from the others. */
async function align(engine: Engine): Promise<void> {
  const { accountVault, author, home, personal } = engine
  const { relays, copies, repairAfterMs } = personal.replica.log.membership()
  const list: RelayList = { kind: 'relays', relays, copies, repairAfterMs }
  const failed: unknown[] = []
  const attempt = (work: () => Promise<unknown>) => work().catch((error: unknown) => failed.push(error))
  if (differs(accountVault, list)) await attempt(() => writeStatements(accountVault, author, [list]))
  for (const vault of ownVaults(engine)) await attempt(() => say(vault, list))
  if (failed.length > 0) throw failed[0]
  if (engine.mounts().every(({ vault }) => engine.vaultOf(vault) !== undefined)) await home.kv.write([{ del: DUE }])
}

async function say(vault: Vault, list: RelayList): Promise<void> {
  if (!differs(vault.replica, list)) return
  await vault.state([list])
  await vault.ensureEpoch()
}

function differs({ log }: VaultReplica, { relays, copies, repairAfterMs }: RelayList): boolean {
  const now = log.membership()
  return JSON.stringify([relays, copies, repairAfterMs]) !== JSON.stringify([now.relays, now.copies, now.repairAfterMs])
}

/** Open ones beside the personal vault, in which this account may still say it. */
function ownVaults(engine: Engine): Vault[] {
  const { account } = engine.home.state
  return engine
    .vaults()
    .filter(
      (vault) =>
        vault !== engine.personal &&
        isOwnVault(engine, vault) &&
        vault.replica.log.membership().accounts.get(account)?.role === 'owner'
    )
}

/** Two, or as many as there are, until an owner says otherwise: what was said is kept when relays come and go. */
export function copiesFor({ relays, copies }: Pick<Membership, 'relays' | 'copies'>, count: number): number {
  const isDefault = relays.length === 0 || copies === Math.min(DEFAULT_COPIES, relays.length)
  return isDefault ? Math.min(DEFAULT_COPIES, count) : copies
}

/** One after the other, so that nothing is said twice. */
function alone(engine: Engine, work: () => Promise<void>): Promise<void> {
  const done = (LAST.get(engine) ?? Promise.resolve()).then(work)
  LAST.set(
    engine,
    done.catch(() => undefined)
  )
  return done
}

const LAST = new WeakMap<Engine, Promise<void>>()

/** In the home's store while some vault may not have been told. */
const DUE = 'relays-due'
