import { HoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { recoveryKitLine } from '../vault/recovery-kit.ts'
import { findRelay, ownRelays, setRules, unnameRelay } from '../engine/relays/relay-list.ts'
import type { RelayRules } from '../engine/relays/relay-list.ts'
import { relayReports, withoutRelay } from '../engine/relays/relay-report.ts'
import { alikeIn } from './alike.ts'
import { Arguments } from './arguments.ts'
import { caredFor } from './devices.ts'
import { durationMs } from './duration.ts'
import type { OpEngine } from './engine-part.ts'
import { isoTime } from './list.ts'
import type { OperationEvent, OperationIo } from './operation.ts'

export function parseRelayAdd(value: unknown): { code: string } {
  return { code: new Arguments(value).text('code') }
}

export async function addRelay(engine: OpEngine, { code }: { code: string }, io: OperationIo): Promise<void> {
  await io.emit(await addedEvent(engine, code))
}

/** Adds it; the event says whether it was one of the account's relays before. */
export async function addedEvent(engine: OpEngine, code: string): Promise<OperationEvent> {
  const before = new Set(engine.relays().map(({ peer }) => peer))
  const { peer, name, addresses } = await engine.addRelay(code)
  const known = before.has(peer)
  return { type: 'relay', id: peer, name, addresses, known, kitLine: recoveryKitLine({ peer, addresses }) }
}

/** One event a relay, with what this device knows of it; nobody is asked. */
export async function listRelays(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  const { copies, repairAfterMs } = engine.personal.replica.log.membership()
  const reports = relayReports(engine)
  const alike = alikeIn(reports)
  for (const { peer, lastExchangeMs, ...report } of reports) {
    const lastExchange = lastExchangeMs === undefined ? null : isoTime(lastExchangeMs)
    const apart = alike.has(peer) ? { alike: true } : {}
    const verified = await caredFor(engine, `audit ${peer}`)
    await io.emit({ type: 'relay', id: peer, ...report, ...apart, lastExchange, verified, copies, repairAfterMs })
  }
}

export interface RelayRemoveArgs {
  readonly name: string
  readonly force: boolean
}

export function parseRelayRemove(value: unknown): RelayRemoveArgs {
  const args = new Arguments(value)
  return { name: args.text('name'), force: args.flag('force') }
}

/**
 * Takes a relay out of the vaults. What only it is known to hold would be out of reach, so that needs `force`; of what would be
 * at too few relays the others make the missing copies. What it holds stays there, sealed.
 */
export async function removeRelay(engine: OpEngine, { name, force }: RelayRemoveArgs, io: OperationIo): Promise<void> {
  // Shares are looked at too: an earlier try may have been broken off.
  await engine.openAll()
  const relay = findRelay(ownRelays(engine), name)
  const { lost, fewer } = withoutRelay(engine, relay.peer)
  if (lost > 0 && !force)
    throw new HoldfastError('NEEDS_CONFIRMATION', `No other copy is known of ${lost} that this relay holds.`)
  await unnameRelay(engine, relay)
  await engine.settleWithRelays()
  await io.emit({ type: 'removed', id: relay.peer, name: relay.name, lost, fewer })
}

export function parseRelaySet(value: unknown): RelayRules {
  const args = new Arguments(value)
  const copies = args.has('copies') ? countOf(args.text('copies')) : undefined
  const repairAfterMs = args.has('repairAfter') ? durationMs(args.text('repairAfter')) : undefined
  if (copies === undefined && repairAfterMs === undefined)
    throw new HoldfastError('USAGE', 'Say what to set: --copies N or --repair-after TIME.')
  return { ...(copies !== undefined && { copies }), ...(repairAfterMs !== undefined && { repairAfterMs }) }
}

/** How many relays hold each object, and how long one may be away before others take its place. */
export async function setRelays(engine: OpEngine, rules: RelayRules, io: OperationIo): Promise<void> {
  if (engine.relays().length === 0) throw new HoldfastError('UNKNOWN_RELAY')
  await setRules(engine, rules)
  await engine.settleWithRelays()
  const { relays, copies, repairAfterMs } = engine.personal.replica.log.membership()
  await io.emit({ type: 'relays', relays: relays.length, copies, repairAfterMs })
}

function countOf(text: string): number {
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > LIMITS.relays)
    throw new HoldfastError('USAGE', `--copies is a number from 1 to ${LIMITS.relays}.`)
  return count
}
