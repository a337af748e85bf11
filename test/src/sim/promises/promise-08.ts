import type { Checker } from '../checker.ts'
import { contentsOf, readHash } from '../contents.ts'
import { text } from '../device.ts'
import type { SimDevice } from '../device.ts'
import { forkedLogs } from '../forks.ts'
import type { Write } from '../truth.ts'
import type { World } from '../world.ts'

/** Every content that was acknowledged is still there and what it was, unless somebody destroyed it. */
export function promise08(world: World): Checker {
  const self: Checker = {
    promise: 8,
    says: 'killing any process at any moment loses nothing that was acknowledged',
    lost(machine, hash) {
      world.broken(self, `${machine.name} came up without ${hash.slice(0, 8)}, which was durable`)
    },
    async atRest() {
      const forked = forkedLogs(world)
      for (const device of world.devices) {
        const wrong = device.run === undefined ? undefined : await check(world, device, forked)
        if (wrong !== undefined) return world.broken(self, `${device.name}: ${wrong}`)
      }
    }
  }
  return self
}

async function check(world: World, device: SimDevice, forked: (write: Write) => boolean): Promise<string | undefined> {
  const run = device.run!
  const { vault } = run
  const found = new Set<Write>()
  for (const content of contentsOf(vault.index)) {
    const write = world.truth.learn(content)
    if (write === undefined) return `a content that nobody wrote (${content.mtimeMs})`
    const record = vault.replica.log.pins().recordOf(content.object)
    if (record === undefined && vault.replica.log.pins().isShredded(content.object)) continue
    found.add(write)
    if (record === undefined) return `the record of ${describe(write)} is missing`
    if (!run.exchange.wanted.isComplete(record.hash)) continue
    const hash = await readHash(run, content).catch((error: unknown) => text(error))
    if (hash !== write.hash) return `${describe(write)} reads as ${hash}`
  }
  const pins = vault.replica.log.pins()
  for (const write of world.truth.writes.values()) {
    if (!write.acknowledged || write.excused || found.has(write) || forked(write)) continue
    if (write.object !== undefined && pins.isShredded(write.object)) continue
    return `${describe(write)} was acknowledged and is nowhere (object ${write.object?.slice(0, 8)})`
  }
  return undefined
}

function describe({ mtimeMs, device, size }: Write): string {
  return `write ${(mtimeMs - 1_600_000_000_000) / 1000} by ${device} (${size} bytes)`
}
