import { HoldfastError } from '@holdfast/core/base/errors'
import type { Engine } from '@holdfast/core/engine/engine'
import type { OperationIo } from '@holdfast/core/operations/operation'
import { foldersOf } from '../folder/folders.ts'
import type { Asks } from '@holdfast/core/engine/relays/rooms'
import { diskPlaceOf } from '../home/disk-place.ts'
import { inOrder, type Check } from './check.ts'
import { folderChecks } from './folders.ts'
import { careChecks, problemChecks } from './home.ts'
import { localChecks } from './local.ts'
import { thisMachine, type Machine } from './machine.ts'
import { noRelay, relayChecks, roomChecks } from './relays.ts'

/** Relays get this long to answer before it is asked why they do not. */
const PATIENCE_MS = 8_000

/** Looks at everything that can be wrong, and says what to do. Throws NEEDS_YOU when something is. */
export async function doctor(engine: Engine, _args: null, io: OperationIo): Promise<void> {
  if (engine.isOnline)
    await Promise.race([engine.network.attemptAll(), engine.home.wait(PATIENCE_MS, io.signal).catch(() => undefined)])
  io.signal.throwIfAborted()
  await tell([...(await allChecks(engine, thisMachine))], io)
}

export async function allChecks(engine: Engine, machine: Machine): Promise<Check[]> {
  const status = await engine.status()
  const folders = await foldersOf(engine)
  const room = await roomChecks(engine, 'now')
  return [
    ...(await localChecks(machine, diskPlaceOf(engine.home).folder, await foldersToWatch(engine))),
    ...besides(room, problemChecks(status)),
    ...folderChecks(folders),
    ...(await relayChecks(engine, machine)),
    ...room,
    ...(await careChecks(engine, status, folders.isLive))
  ]
}

/** What is wrong in one way is told once, by whoever knows more of it. */
function besides(fuller: readonly Check[], checks: readonly Check[]): Check[] {
  const isTold = (one: Check): boolean => fuller.some(({ code, about }) => code === one.code && about === one.about)
  return checks.filter((check) => check.code === undefined || !isTold(check))
}

/** What is seen at once when a process starts: nobody is waited for. */
export async function startChecks(
  engine: Engine,
  asks: Asks = 'never',
  machine: Machine = thisMachine
): Promise<Check[]> {
  const status = await engine.status()
  const local = await localChecks(machine, diskPlaceOf(engine.home).folder, await foldersToWatch(engine))
  const room = await roomChecks(engine, asks)
  const folders = await foldersOf(engine)
  const relays = engine.relays().length === 0 ? [noRelay()] : [] // one that is away is no news: laptops travel
  const all = [
    ...relays,
    ...local,
    ...besides(room, problemChecks(status)),
    ...folderChecks(folders),
    ...room,
    ...(await careChecks(engine, status, folders.isLive))
  ]
  return inOrder(all.filter(({ state }) => state !== 'ok'))
}

/** Each check a line, what is worst first; `done` is the last. Throws NEEDS_YOU. */
export async function tell(checks: readonly Check[], io: Pick<OperationIo, 'emit'>): Promise<void> {
  for (const check of inOrder(checks)) await io.emit({ type: 'check', ...check })
  const errors = checks.filter(({ state }) => state === 'error').length
  const warnings = checks.filter(({ state }) => state === 'warning').length
  await io.emit({ type: 'done', checks: checks.length, errors, warnings })
  if (errors > 0) throw new HoldfastError('NEEDS_YOU')
}

async function foldersToWatch(engine: Engine): Promise<number> {
  let folders = 0
  for (const folder of (await foldersOf(engine)).list()) folders += (await folder.counts()).folders
  return folders
}
