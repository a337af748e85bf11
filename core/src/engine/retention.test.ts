import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../base/limits.ts'
import type { FileContent } from '../index/records.ts'
import { DAY_MS, RetentionScene } from './testing-retention.ts'
import type { RetentionDevice } from './testing-retention.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function fileOf(device: RetentionDevice, name: string): FileContent {
  const content = device.home.vault.index.tree.resolve([name])?.content
  assert.ok(content !== undefined && content.kind !== 'folder')
  return content
}

function versionsOf(device: RetentionDevice, name: string): readonly FileContent[] {
  const { tree } = device.home.vault.index
  const node = tree.resolve([name])
  if (node !== undefined) return tree.versions(node.id).kept
  return tree.deleted().find((one) => one.name === name)!.versions
}

const states = (device: RetentionDevice, versions: readonly FileContent[]): string[] =>
  versions.map(({ object }) => device.home.log.pins().stateOf(object))

async function days(scene: RetentionScene, count: number, running = scene.devices): Promise<void> {
  for (let day = 0; day < count; day++) await scene.day(running)
}

test('of a living file the newest versions stay however old, of a removed one everything for the days that are set', async () => {
  const scene = await RetentionScene.make(turn, [{ versions: 2, days: 5 }, undefined])
  const [laptop, phone] = scene.devices as [RetentionDevice, RetentionDevice]
  for (let n = 0; n <= 4; n++) await laptop.home.write('letter', `version ${n}`)
  await laptop.home.write('old', 'removed long ago')
  await laptop.home.vault.remove(['old'])
  await days(scene, 6)
  await laptop.home.write('young', 'removed just now')
  await laptop.home.vault.remove(['young'])
  const [letter, old, young] = ['letter', 'old', 'young'].map((name) => versionsOf(laptop, name))
  assert.deepEqual(states(laptop, [...letter!, ...old!]).filter((state) => state === 'leaving').length, 1)
  await days(scene, 4)
  assert.deepEqual(states(laptop, letter!).slice(0, 2), ['pinned', 'pinned'])
  assert.deepEqual(states(laptop, young!), ['pinned'])
  await days(scene, LIMITS.unpinLeastDays)
  await scene.collect()
  assert.deepEqual(states(phone, letter!), ['pinned', 'pinned', 'gone', 'gone'])
  assert.deepEqual(states(phone, old!), ['gone'])
  for (const content of [fileOf(phone, 'letter'), ...letter!.slice(0, 2), ...young!])
    assert.equal(scene.holders(content, phone).length, 3)
  for (const content of [...letter!.slice(2), ...old!]) assert.equal(scene.holders(content, phone).length, 0)
})

test('no day takes more than a tenth of the versions', async () => {
  const scene = await RetentionScene.make(turn, [{ versions: 1, days: 1 }])
  const [laptop] = scene.devices as [RetentionDevice]
  for (let n = 0; n <= 41; n++) await laptop.home.write('letter', `version ${n}`)
  const pinned = (): number => states(laptop, versionsOf(laptop, 'letter')).filter((state) => state === 'pinned').length
  await days(scene, 2)
  const counts: number[] = []
  for (let day = 0; day < 4; day++) {
    counts.push(pinned())
    await laptop.retention.look()
    assert.equal(pinned(), counts.at(-1), 'the same day takes no more')
    await days(scene, 1)
  }
  assert.deepEqual(counts, [37, 34, 31, 28])
})

test('nothing goes while the clock agrees with nobody, jumps, or while a device was never told what time it is', async () => {
  const scene = await RetentionScene.make(turn, [{ versions: 1, days: 2 }])
  const [laptop] = scene.devices as [RetentionDevice]
  for (let n = 0; n < 6; n++) await laptop.home.write('letter', `version ${n}`)
  laptop.offMs = 5 * 365 * DAY_MS
  await days(scene, 20)
  laptop.offMs = 0
  for (let n = 0; n < 20; n++) await scene.day([laptop], { online: [] })
  // It agreed once, and then its clock ran away by a day at each look.
  await scene.meet([laptop])
  for (let n = 0; n < 20; n++) {
    laptop.home.clock.offMs += DAY_MS
    laptop.home.clock.now += 700_000
    await laptop.home.replica.tick()
    await laptop.retention.look()
  }
  assert.deepEqual(new Set(states(laptop, versionsOf(laptop, 'letter'))), new Set(['pinned']))
})

test('what one device wants kept no other gives up', async () => {
  const scene = await RetentionScene.make(turn, [
    { versions: 1, days: 1 },
    { versions: 4, days: 3 }
  ])
  const [laptop, desktop] = scene.devices as [RetentionDevice, RetentionDevice]
  await scene.meet(scene.devices)
  for (let n = 0; n <= 6; n++) await laptop.home.write('letter', `version ${n}`)
  await days(scene, 8)
  const all = states(desktop, versionsOf(desktop, 'letter'))
  assert.deepEqual(all.slice(0, 4), ['pinned', 'pinned', 'pinned', 'pinned'])
  assert.ok(all.slice(4).every((state) => state !== 'pinned'))
})

test('what was given up is pinned again by whoever brings it back, and by whoever sees that it lives', async () => {
  const scene = await RetentionScene.make(turn, [{ versions: 1, days: 1 }, undefined])
  const [laptop, phone] = scene.devices as [RetentionDevice, RetentionDevice]
  for (let n = 0; n < 4; n++) await laptop.home.write('letter', `version ${n}`)
  await days(scene, 2)
  const [, , oldest] = versionsOf(laptop, 'letter') as [FileContent, FileContent, FileContent]
  assert.deepEqual(states(laptop, [oldest]), ['leaving'])
  const file = laptop.home.vault.index.tree.resolve(['letter'])!.id
  await laptop.home.vault.restore(file, oldest.object)
  assert.deepEqual(states(laptop, [oldest]), ['pinned'])
  await days(scene, 3)
  // The phone brings a version back while the laptop, of which it hears nothing, gives that up.
  const [, , next] = versionsOf(phone, 'letter') as [FileContent, FileContent, FileContent]
  await phone.home.vault.restore(file, next.object)
  for (let day = 0; day < LIMITS.unpinDays + 5; day++) await scene.day([laptop])
  await scene.collect()
  assert.deepEqual(states(laptop, [next]), ['gone'])
  assert.equal(scene.holders(next, phone).length, 1, 'nobody but the phone has it')
  await days(scene, LIMITS.unpinLeastDays + 2)
  await scene.collect()
  for (const device of scene.devices) {
    assert.deepEqual(states(device, [next]), ['pinned'])
    assert.ok([next, fileOf(device, 'letter')].some(({ object }) => object === next.object))
  }
  assert.equal(scene.holders(next, laptop).length, 3)
})
