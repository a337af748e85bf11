import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { printable } from '../base/printable.ts'
import { deviceNameOf, findDevice, ownDevices, planFor, revoke } from '../engine/account/devices.ts'
import { lastCare } from '../engine/care.ts'
import type { Care } from '../engine/care.ts'
import { peersOf } from '../engine/status.ts'
import { alikeIn } from './alike.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { isoTime } from './list.ts'
import type { OperationIo } from './operation.ts'

/** The devices of this account, this one first. */
export async function listDevices(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  const own = engine.home.secrets.device
  const peers = new Map(peersOf(engine).map((peer) => [peer.peer, peer]))
  const alike = alikeIn(ownDevices(engine).map((peer) => ({ peer, name: deviceNameOf(engine, peer) })))
  for (const id of ownDevices(engine)) {
    const seen = peers.get(id)
    const lastExchange = seen?.lastExchangeMs === undefined ? null : isoTime(seen.lastExchangeMs)
    await io.emit({
      type: 'device',
      id,
      name: deviceNameOf(engine, id),
      this: id === own,
      connected: seen?.connected ?? id === own,
      ...(seen?.through === undefined ? {} : { through: seen.through }),
      lastExchange,
      appeared: id === own || lastExchange !== null || hasWritten(engine, id),
      ...(id === own ? { verified: await caredFor(engine, 'verify') } : {}),
      ...(alike.has(id) ? { alike: true } : {})
    })
  }
}

/** Whether a word of it is here, whoever brought it: what it has of a vault is the first thing that a device says. */
function hasWritten(engine: OpEngine, device: DeviceId): boolean {
  return engine.vaults().some(({ replica }) => replica.statementHeads(device).length > 0)
}

/** When it was last done with success, or null. */
export async function caredFor({ home }: OpEngine, care: Care): Promise<string | null> {
  const lastMs = await lastCare(home, care)
  return lastMs === undefined ? null : isoTime(lastMs)
}

export interface RevokeArgs {
  readonly name: string
  /** Devices that the revoked one let in and that stay, by name. */
  readonly keep: readonly string[]
  readonly force: boolean
}

export function parseRevoke(value: unknown): RevokeArgs {
  const args = new Arguments(value)
  return { name: args.text('name'), keep: args.has('keep') ? args.texts('keep') : [], force: args.flag('force') }
}

/** Removes a device from this account, with those that only it let in: they keep what they have and get nothing new. */
export async function revokeDevice(
  engine: OpEngine,
  { name, keep, force }: RevokeArgs,
  io: OperationIo
): Promise<void> {
  const device = findDevice(engine, name)
  if (device === engine.home.secrets.device) throw new HoldfastError('LAST_DEVICE')
  // What it has said until now is not lost with it: only what the revocation has in its past still counts.
  await meetRelays(engine)
  const { kept, falling } = planFor(
    engine,
    device,
    keep.map((one) => findDevice(engine, one))
  )
  const told = falling.map((id) => ({ id, name: deviceNameOf(engine, id) }))
  const question = `Remove ${told.map((one) => `"${printable(one.name)}"`).join(', ')} from this account for good?${
    falling.length > 1 ? ' The first one let the others in; --keep NAME lets one stay.' : ''
  }`
  if (!force && !(await io.ask({ question }))) throw new HoldfastError('ABORTED', 'Nothing was changed.')
  await revoke(engine, device, kept)
  const informed = await meetRelays(engine)
  for (const { id, name: gone } of told) await io.emit({ type: 'revoked', id, name: gone, informed })
}

/** Exchanges entries with every relay that can be reached; returns how many. None is no failure: they are told when they are met. */
async function meetRelays(engine: OpEngine): Promise<number> {
  try {
    // One relay may tell of another that a device of this account has added meanwhile.
    for (let known = 0; known < engine.relays().length; ) {
      known = engine.relays().length
      await engine.settleWithRelays()
    }
    const connected = engine.isOnline ? engine.network.connected() : []
    return engine.relays().filter(({ peer }) => connected.includes(peer)).length
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return 0
  }
}
