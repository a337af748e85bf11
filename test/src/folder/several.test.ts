import assert from 'node:assert/strict'
import { mkdirSync, renameSync } from 'node:fs'
import { test } from 'node:test'
import { exchange } from '../attacks/scene/link.ts'
import { friends, shareAndAccept } from '../sharing/friends.ts'
import type { Friend } from '../sharing/friends.ts'
import { Laptop, Pair } from './scene.ts'

test('several folders of one home each have their own part of the vault, and none lies in another, here or there', async () => {
  const pair = await Pair.with({ 'one/x': '1', 'two/y': '2' })
  const { a, b } = pair
  await b.folders.remove(b.path)
  const one = await b.folders.add(`${b.path}-one`, ['one'])
  const two = await b.folders.add(`${b.path}-two`, ['two'])
  const nested = { code: 'FOLDERS_NESTED' }
  await assert.rejects(b.folders.add(`${b.path}-one/inner`, ['three']), nested)
  await assert.rejects(b.folders.add(`${b.path}-three`, ['one', 'deep']), nested)
  await assert.rejects(b.folders.add(`${b.path}-three`, []), nested)
  const [first, second] = [new View(b, one), new View(b, two)]
  const sync = async (): Promise<void> => {
    for (let round = 0; round < 2; round++)
      for (const laptop of [b, a]) {
        await laptop.folders.pass()
        await exchange(laptop.device, pair.relay)
      }
    for (const laptop of [b, a]) await laptop.folders.pass()
  }
  await sync()
  assert.deepEqual([first.tree(), second.tree()], [{ x: '1' }, { y: '2' }])
  renameSync(first.at('x'), second.at('moved over'))
  first.write('new', 'n')
  await sync()
  assert.deepEqual(a.tree(), { one: '(folder)', 'one/new': 'n', two: '(folder)', 'two/moved over': '1', 'two/y': '2' })
  // Renamed elsewhere it is the same folder still.
  renameSync(a.at('one'), a.at('renamed'))
  await sync()
  assert.equal(one.state.code, undefined)
  assert.deepEqual(one.vaultPath(), ['renamed'])
})

test('a folder of the vault that another device made just before is kept in step as any that was there', async () => {
  const { a, b, relay } = await Pair.new()
  await a.folders.remove(a.path)
  await b.device.vault.makeFolder(['papers'])
  await exchange(b.device, relay)
  const { vault } = a.device
  const makeFolder = vault.makeFolder.bind(vault)
  vault.makeFolder = async (path) => {
    await exchange(a.device, relay) // it arrives after it was looked for
    await makeFolder(path)
  }
  const papers = new View(a, await a.folders.add(`${a.path}-papers`, ['papers']))
  await b.device.write('papers/plan', 'first')
  await exchange(b.device, relay)
  await exchange(a.device, relay)
  await a.folders.pass()
  assert.deepEqual(papers.tree(), { plan: 'first' })
  assert.deepEqual(
    vault.index.tree.list(null).map(({ name }) => name),
    ['papers']
  )
})

test('a shared folder is kept in step at both, whoever owns it; what a reader does stays on the reader’s disk', async () => {
  const [anna, carl, dora] = (await friends('anna', 'carl', 'dora')) as [Friend, Friend, Friend]
  await anna.device.write('docs/plan', 'first')
  await anna.device.write('private', 'p')
  await shareAndAccept(anna, 'docs', carl)
  await shareAndAccept(anna, 'docs', dora, 'reader')
  const a = await Laptop.of(anna.device, undefined, ['docs'])
  const c = await Laptop.of(carl.device, undefined, ['shared', 'docs'])
  const d = await Laptop.of(dora.device, undefined, ['shared', 'docs'])
  const sync = async (): Promise<void> => {
    for (let round = 0; round < 3; round++)
      for (const laptop of [a, c, d]) {
        await laptop.pass()
        await exchange(laptop.device, anna.relay)
        await laptop.pass()
      }
  }
  await sync()
  for (const laptop of [a, c, d]) assert.deepEqual(laptop.tree(), { plan: 'first' })
  mkdirSync(c.at('sub'))
  c.write('sub/of carl', 'c')
  c.write('plan', 'second')
  await sync()
  d.write('plan', 'not allowed')
  await sync()
  assert.deepEqual(a.tree(), { plan: 'second', sub: '(folder)', 'sub/of carl': 'c' })
  assert.ok([...d.kept.state.report!.failed.values()].includes('MAY_ONLY_READ'))
  assert.ok(Object.values(d.tree()).includes('not allowed'))
})

/** A further folder of a laptop. */
class View extends Laptop {
  constructor(laptop: Laptop, kept: Laptop['kept']) {
    super(laptop.device, kept.record.path)
    this.kept = kept
  }
}
