import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { DeviceId, VaultId } from '../../base/ids.ts'
import { nameKey } from '../../index/names.ts'
import type { SignedStatement, StatementHash } from '../../log/account-statement.ts'
import type { Statement } from '../../log/statement.ts'
import { writeStatements } from '../../vault/author.ts'
import { statementParts } from '../../vault/found.ts'
import { floorReached } from '../../vault/floors.ts'
import { missingStatements, planRevocation, revocationsToRepeat, revokeDevice } from '../../vault/own-statements.ts'
import type { RevocationPlan } from '../../vault/own-statements.ts'
import { waitingUnpins } from '../../vault/void-unpins.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Engine } from '../engine.ts'

/** Devices of this account, by its own log, this one first. */
export function ownDevices({ accountVault, home }: Engine): DeviceId[] {
  const own = home.secrets.device
  const devices = accountVault.log.membership().accounts.get(home.state.account)?.devices.keys() ?? []
  return [...devices].sort((a, b) => Number(b === own) - Number(a === own))
}

export function deviceNameOf(engine: Engine, device: DeviceId): string {
  return engine.personal.deviceName(device) ?? device.slice(0, 8)
}

/** By name, whatever its case, or by the first eight or more hex digits of its id. Throws UNKNOWN_DEVICE, AMBIGUOUS_NAME. */
export function findDevice(engine: Engine, nameOrIdPrefix: string): DeviceId {
  const key = nameKey(nameOrIdPrefix)
  const prefix = /^[0-9a-f]{8,64}$/i.test(nameOrIdPrefix) ? nameOrIdPrefix.toLowerCase() : undefined
  const found = ownDevices(engine).filter(
    (id) => nameKey(deviceNameOf(engine, id)) === key || (prefix !== undefined && id.startsWith(prefix))
  )
  if (found.length > 1) throw new HoldfastError('AMBIGUOUS_NAME')
  if (found[0] === undefined) throw new HoldfastError('UNKNOWN_DEVICE')
  return found[0]
}

/** What goes with it. Throws LAST_DEVICE. */
export function planFor(engine: Engine, device: DeviceId, keep: readonly DeviceId[]): RevocationPlan {
  const { accountVault, home } = engine
  const { secrets, state } = home
  return planRevocation({ accountLog: accountVault.log, account: state.account, device, own: secrets.device, keep })
}

/** Whether the account's own log has what was known when this device joined. Throws WRITES_HELD. */
export function assertAccountCaughtUp({ accountVault, home }: Engine): void {
  const floor = home.state.floors.find(({ vault }) => vault === accountVault.id)
  if (floor !== undefined && !floorReached(accountVault.log, floor)) throw new HoldfastError('WRITES_HELD')
}

/**
 * In the account's own log first: every vault is told from there. What the device gave up and has not taken effect is void. Throws
 * REVOKED, WRITES_HELD.
 */
export async function revoke(engine: Engine, device: DeviceId, kept: readonly DeviceId[]): Promise<void> {
  const { accountVault, home } = engine
  const { secrets, state } = home
  engine.standing.assertMember()
  assertAccountCaughtUp(engine)
  const logs = engine.vaults().map(({ replica }) => replica.log)
  const signed = await revokeDevice(state.account, device, kept, secrets, waitingUnpins(logs, new Set([device])))
  await writeStatements(accountVault, engine.author, [{ kind: 'import', signed }])
  await propagateAccountStatements(engine)
}

/**
 * Tells every vault what this account's own log says of its devices, and rotates the epoch to those who stay: so whoever
 * was revoked gets nothing new. What cannot be said now (a vault has not caught up, a key is missing) is said when more
 * has come; what fails in one vault keeps nothing from the others. `atStart`: also finishes what an earlier run did not come to.
 * Throws, after all of them, what a failing store gave first.
 */
export function propagateAccountStatements(engine: Engine, options: { atStart?: boolean } = {}): Promise<void> {
  // One after the other, so that nothing is said twice.
  const done = (LAST.get(engine) ?? Promise.resolve()).then(() => propagate(engine, options.atStart === true))
  LAST.set(
    engine,
    done.catch(() => undefined)
  )
  return done
}

/** Whether something could not be said when it was tried last. */
export function isPropagationDue(engine: Engine): boolean {
  return DUE.has(engine)
}

async function propagate(engine: Engine, atStart: boolean): Promise<void> {
  const { accountVault, author, home } = engine
  const repeated = importsOf(revocationsToRepeat(accountVault.log, home.secrets.device))
  const outcomes: Outcome[] = []
  if (repeated.length > 0)
    outcomes.push(await tryNow(engine, accountVault.id, () => writeStatements(accountVault, author, repeated)))
  for (const vault of engine.vaults()) outcomes.push(await tryNow(engine, vault.id, () => tell(engine, vault, atStart)))
  // Not before: what comes meanwhile should find it due.
  if (outcomes.every((outcome) => outcome === 'done')) DUE.delete(engine)
  const failed = outcomes.find((outcome) => typeof outcome !== 'string')
  if (failed !== undefined) throw failed.error
}

async function tell({ accountVault, home }: Engine, vault: Vault, atStart: boolean): Promise<void> {
  const { log } = vault.replica
  const { account } = home.state
  if (log.membership().accountOf(home.secrets.device) !== account) return
  const refused = refusals(vault)
  const missing = [
    ...missingStatements(accountVault.log, account, log),
    ...revocationsToRepeat(log, home.secrets.device)
  ].filter(({ hash }) => !refused.has(hash))
  for (const part of statementParts(importsOf(missing))) await say(vault, part as Import[], refused)
  if (log.membership().roleOf(home.secrets.device) === 'reader' || log.epochs().length === 0) return
  // Whoever tells rotates: were everybody to do it who hears of a removal, a large vault would get as many epochs as devices.
  if (log.writableEpoch() === null && (missing.length > 0 || atStart)) await vault.ensureEpoch()
}

type Import = Statement & { readonly kind: 'import' }

function importsOf(statements: readonly SignedStatement[]): Import[] {
  return statements.map((signed) => ({ kind: 'import', signed }))
}

/** All at once; where one of them may not stand there (any more), each by itself. */
async function say(vault: Vault, imports: readonly Import[], refused: Set<StatementHash>): Promise<void> {
  try {
    await vault.state(imports)
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (imports.length === 1) refused.add(imports[0]!.signed.hash)
    else for (const one of imports) await say(vault, [one], refused)
  }
}

/** Statements that a vault does not take, so that they are not tried again with everything that comes. */
function refusals(vault: Vault): Set<StatementHash> {
  const known = REFUSED.get(vault) ?? new Set()
  REFUSED.set(vault, known)
  return known
}

const DUE = new WeakSet<Engine>()
const LAST = new WeakMap<Engine, Promise<void>>()
const REFUSED = new WeakMap<Vault, Set<StatementHash>>()

/** TOO_LARGE: others have filled the vault with logs, so that this device may not begin one there. */
function isRefusal(error: unknown): boolean {
  return isHoldfastError(error) && REFUSALS.has(error.code)
}

const REFUSALS: ReadonlySet<string> = new Set(['NOT_A_MEMBER', 'MALFORMED', 'TOO_LARGE'])

/** `error`: what is more than a matter of time. */
type Outcome = 'done' | 'later' | { readonly error: unknown }

/**
 * Whatever goes wrong in one vault keeps nothing from the others, and the next growth of a log tries again. A failure is told of here:
 * nobody may be waiting for the rest.
 */
async function tryNow(engine: Engine, vault: VaultId, work: () => Promise<unknown>): Promise<Outcome> {
  try {
    await work()
    return 'done'
  } catch (error) {
    DUE.add(engine)
    if (isHoldfastError(error) && LATER.has(error.code)) return 'later'
    engine.home.replica.problem({ vault, peer: null, code: isHoldfastError(error) ? error.code : 'INTERNAL' })
    return { error }
  }
}

/** Not yet, or not by this device. */
const LATER: ReadonlySet<string> = new Set(['WRITES_HELD', 'UNKNOWN_EPOCH', 'NOT_A_MEMBER', 'MALFORMED', 'FORKED'])
