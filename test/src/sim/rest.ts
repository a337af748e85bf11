import { recordKey } from '@holdfast/core/log/record-rows'
import type { Replica } from '@holdfast/core/sync/replica/replica'
import { treeOf } from './index-check.ts'
import type { Machine } from './machine.ts'
import type { Faults } from './faults.ts'
import { SimRelay } from './relay.ts'
import type { World } from './world.ts'

const SAME = { promise: 4, says: 'the index is a function of the set of counted entries' }
const LIMIT_MS = 20 * 60_000

/** Everything that is broken is mended, then all is exchanged until nothing moves. What does not come to rest has failed. */
export async function comeToRest(world: World, faults: Faults): Promise<void> {
  world.trace.note('everything is mended')
  world.network.joinAll()
  for (const relay of world.relays) faults.honest(relay)
  for (const machine of world.machines) {
    faults.emptied(machine)
    machine.goOnline()
    void faults.start(machine)
  }
  if (!(await wait(world, () => members(world).every(isReady))))
    return world.fail(
      `does not finish: ${members(world)
        .filter((one) => !isReady(one))
        .map(({ name }) => name)
        .join()}`
    )
  for (const relay of world.relays) void relay.scrub()
  // A day that began is noticed within some minutes, and said: not when all is at rest.
  await world.scheduler.sleep(world.machines.some(({ clockOffMs }) => clockOffMs !== 0) ? 610_000 : 5_000)
  for (const wire of [...world.network.wires]) wire.cut()
  await world.scheduler.sleep(5_000)
  if (!(await wait(world, () => unrest(world) === undefined))) world.fail(`does not come to rest: ${unrest(world)}`)
}

/** Every connection is made anew, and all is said that then has to be said. */
export async function meetAgain(world: World): Promise<void> {
  for (const wire of [...world.network.wires]) wire.cut()
  await world.scheduler.sleep(4_000)
  if (!(await wait(world, () => unrest(world) === undefined)))
    world.fail(`does not come to rest again: ${unrest(world)}`)
}

/** All hold the same and all of it, and what was destroyed is nowhere. */
export async function checkRest(world: World): Promise<void> {
  for (const machine of members(world)) void collect(machine)
  await world.scheduler.sleep(10_000)
  const [first, ...others] = world.devices.filter(({ run }) => run !== undefined)
  const tree = treeOf(first!.run!.vault.index)
  for (const other of others) {
    const theirs = treeOf(other.run!.vault.index)
    const lines = [...tree.filter((line) => !theirs.includes(line)), ...theirs.filter((line) => !tree.includes(line))]
    if (lines.length > 0)
      return world.broken(
        SAME,
        `${first!.name} and ${other.name} show different trees: ${JSON.stringify(lines.slice(0, 4))}`
      )
  }
  for (const machine of members(world)) checkBlobs(world, machine, machine.running!.replica)
}

function checkBlobs(world: World, machine: Machine, replica: Replica): void {
  const needed = new Set<string>()
  for (const { log, id } of replica.vaults()) {
    const pins = log.pins()
    for (const hash of pins.liveRecords()) {
      const record = pins.record(hash)
      // It was destroyed before it came here: whose it was nobody can tell any more.
      if (record === undefined && world.truth.wasShredded(hash)) continue
      if (record === undefined) return world.fail(`${machine.name} lacks the record ${hash.slice(0, 8)}`)
      if (machine instanceof SimRelay && !replica.placed.isResponsible(id, machine.id, record.object)) continue
      for (const blob of [record.manifest, ...record.blobs]) {
        needed.add(blob.id)
        if (!machine.disk.blobs.has(blob.id) && !isLost(world, blob.id))
          return world.fail(`${machine.name} lacks blob ${blob.id.slice(0, 8)} of ${record.object.slice(0, 8)}`)
      }
    }
    for (const hash of pins.deadRecords())
      if (machine.disk.rows.get(recordKey(id, hash)) !== undefined)
        return world.fail(`${machine.name} keeps the shredded record ${hash.slice(0, 8)}`)
  }
  for (const id of machine.disk.blobs.keys())
    if (!needed.has(id)) return world.fail(`${machine.name} keeps blob ${id.slice(0, 8)}, which nothing needs`)
}

/** A device that was set back, or a relay's medium, took the only copy. */
function isLost(world: World, id: string): boolean {
  const nowhere = world.machines.every(({ disk }) => ![...disk.blobs.keys()].some((blob) => blob === id))
  return nowhere && world.devices.some(({ wasRolledBack }) => wasRolledBack)
}

async function collect(machine: Machine): Promise<void> {
  await machine.running?.exchange.collect(0)
}

/** Devices that were paired, and relays. */
function members(world: World): Machine[] {
  return [...world.devices.filter(({ hasHome }) => hasHome), ...world.relays]
}

function isReady(machine: Machine): boolean {
  return machine.running !== undefined && machine.busy.size === 0
}

/** What is not yet as it has to be. */
function unrest(world: World): string | undefined {
  const all = members(world)
  const heads = all.map((machine) => headsOf(machine.running?.replica))
  for (const [i, machine] of all.entries()) {
    const run = machine.running
    if (run === undefined) return `${machine.name} is down`
    if (!isReady(machine)) return `${machine.name} is busy`
    if (heads[i] !== heads[0]) return `${machine.name} holds other entries than ${all[0]!.name}`
    for (const { id } of run.exchange.wanted.size === 0
      ? []
      : run.replica.vaults().flatMap((vault) => run.exchange.wanted.missing(vault.id)))
      if (!isLost(world, id)) return `${machine.name} wants blob ${id.slice(0, 8)}`
    for (const other of all) {
      if (machine === other) continue
      if (![...machine.links].some(({ peer }) => peer === other.id))
        return `${machine.name} is not connected to ${other.name}`
    }
    const sessions = [...run.sessions.values()]
    if (sessions.some(({ isSettled }) => !isSettled)) return `${machine.name} is not settled`
  }
  return undefined
}

function headsOf(replica: Replica | undefined): string {
  return JSON.stringify(
    replica
      ?.vaults()
      .map(({ id, log }) => [
        id,
        log
          .heads()
          .map(({ hash }) => hash)
          .sort()
      ])
      .sort() ?? []
  )
}

async function wait(world: World, done: () => boolean): Promise<boolean> {
  for (const endMs = world.scheduler.nowMs + LIMIT_MS; world.scheduler.nowMs < endMs && world.failure === undefined; ) {
    if (done()) return true
    await world.scheduler.sleep(1_000)
  }
  return world.failure !== undefined || done()
}
