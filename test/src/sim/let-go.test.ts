import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlobId } from '@holdfast/core/base/ids'
import type { Replica } from '@holdfast/core/sync/replica/replica'
import { People } from './people.ts'
import { drive } from './run.ts'
import { withThreadsOf } from './threads.ts'
import { HONEST } from './wiring.ts'
import type { Wiring } from './wiring.ts'
import { World } from './world.ts'

/** A relay is away while files are added, so others take its part; it comes back with a slow disk, and they collect all the time. */
async function comesBack(wiring: Wiring): Promise<string | undefined> {
  const world = new World({ seed: 'comes back', devices: 2, relays: 3, repairAfterMs: 30_000, wiring })
  const { scheduler } = world
  await withThreadsOf(scheduler, async () => {
    await drive(world, world.begin())
    await scheduler.runFor(10_000)
    const [gone, ...others] = world.relays
    gone!.goOffline()
    await scheduler.runFor(60_000)
    const people = new People(world)
    for (let n = 0; n < 5; n++) {
      people.add(world.devices[0]!)
      await scheduler.runFor(4_000)
    }
    gone!.diskMs = 400
    gone!.goOnline()
    for (let n = 0; n < 40 && world.failure === undefined; n++) {
      await scheduler.runFor(200)
      for (const relay of others)
        if (world.failure === undefined)
          await drive(
            world,
            relay.collect(0).then(() => {})
          )
    }
  })
  for (const device of world.devices) device.run?.vault.index.close()
  return world.failure
}

function isOwnPart(blob: BlobId, replica: Replica): boolean {
  const { device, placed } = replica
  return replica.vaults().some(({ id, log }) =>
    log
      .pins()
      .blobOwners(blob)
      .some((object) => placed.isResponsible(id, device, object))
  )
}

test('noticed by the checker of promise 5: a relay that lets go of what others are to hold before they have it', async () => {
  assert.equal(await comesBack(HONEST), undefined)
  const failure = await comesBack({ ...HONEST, isNeeded: (blob, by) => by.isHeld(blob) || isOwnPart(blob, by) })
  assert.match(failure ?? 'nobody noticed', /^promise 5 /)
})
