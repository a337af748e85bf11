import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sharedAt } from '@holdfast/core/engine/sharing/sharing'
import { Device } from '../attacks/scene/device.ts'
import { exchange } from '../attacks/scene/link.ts'
import { twoDevicesAndRelay } from '../attacks/scene/scene.ts'
import { mountNew, picture, run } from './scene.ts'

test('file commands go through a mount to the vault that is mounted there', async () => {
  const device = await Device.found('laptop')
  await device.write('own', 'personal')
  const shared = await mountNew(device, 'docs/team')
  await run(device, 'mkdir', { paths: ['/docs/team/sub'] })
  await run(device, 'mv', { from: ['/own'], to: '/docs/team/sub/given' })
  await device.write('other', 'stays')
  assert.deepEqual(await picture(device), {
    '/docs': 'folder',
    '/docs/team': 'folder',
    '/docs/team/sub': 'folder',
    '/docs/team/sub/given': 'personal',
    '/other': 'stays'
  })
  assert.deepEqual(
    [...shared.index.tree.walk(null)].map(({ path }) => path.join('/')),
    ['sub', 'sub/given']
  )
  const [team] = await run(device, 'ls', { path: '/docs', long: true })
  assert.deepEqual([team?.['shared'], team?.['members']], [true, 1])
  const [given] = await run(device, 'ls', { path: '/docs/team/sub', long: true })
  assert.deepEqual(given?.['author'], {
    account: device.home.state.account,
    name: device.home.state.account.slice(0, 8),
    device: 'laptop',
    self: true
  })
  await run(device, 'rm', { paths: ['/docs/team/sub/given'] })
  assert.equal((await run(device, 'history', { path: '/docs/team/sub/given' }))[0]?.['state'], 'kept')
  await run(device, 'restore', { target: '/docs/team/sub/given' })
  await run(device, 'mv', { from: ['/docs/team/sub'], to: '/back' })
  assert.deepEqual(await picture(device), {
    '/back': 'folder',
    '/back/given': 'personal',
    '/docs': 'folder',
    '/docs/team': 'folder',
    '/other': 'stays'
  })
})

test('a folder whose name looks like a version of something comes back like any other', async () => {
  const device = await Device.found('laptop')
  await device.write('plan@2026', 'a file')
  await run(device, 'add', { stdin: true, to: '/work@abcd/kept' }, 'in a folder')
  const before = await picture(device)
  for (const path of ['/plan@2026', '/work@abcd']) {
    await run(device, 'rm', { paths: [path] })
    await run(device, 'restore', { target: path })
  }
  assert.deepEqual(await picture(device), before)
})

test('what is shared is neither removed nor moved into a vault as a whole', async () => {
  const device = await Device.found('laptop')
  await mountNew(device, 'docs/team')
  await mountNew(device, 'second')
  for (const path of ['/docs/team', '/docs'])
    for (const shred of [false, true])
      await assert.rejects(run(device, 'rm', { paths: [path], shred, force: true }), { code: 'IS_SHARED' })
  for (const path of ['/docs/team', '/docs'])
    await assert.rejects(run(device, 'mv', { from: [path], to: '/second' }), { code: 'IS_SHARED' })
  await run(device, 'mv', { from: ['/docs/team'], to: '/renamed' })
  assert.deepEqual(Object.keys(await picture(device)), ['/docs', '/renamed', '/second'])
})

test('what two devices made of one shared file stands beside it, and can be dealt with there', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ plan: 'first' })
  const { vault } = await sharedAt(laptop.engine, ['plan'])
  await relay.replica.addVault((await vault.replica.store.entryBytes(vault.replica.log.order()[0]!))!)
  await exchange(laptop, relay)
  for (let i = 0; i < 2; i++) await exchange(phone, relay)
  await run(laptop, 'add', { stdin: true, to: '/plan' }, 'by the laptop')
  await run(phone, 'add', { stdin: true, to: '/plan' }, 'by the phone')
  for (let i = 0; i < 2; i++) for (const device of [laptop, phone]) await exchange(device, relay)
  const seen = await picture(laptop)
  assert.deepEqual(await picture(phone), seen)
  assert.deepEqual(Object.values(seen).sort(), ['by the laptop', 'by the phone'])
  const [conflict] = await run(laptop, 'conflicts', {})
  const [other] = conflict?.['others'] as { path: string }[]
  assert.deepEqual(
    [conflict?.['path'], other?.path],
    Object.keys(seen).sort((a, b) => a.length - b.length)
  )
  await run(phone, 'rm', { paths: [other!.path] })
  await exchange(phone, relay)
  await exchange(laptop, relay)
  assert.deepEqual(await picture(laptop), { '/plan': seen['/plan'] })
})

test('what was moved out of a shared folder stays when what it was there is destroyed', async () => {
  const device = await Device.found('laptop')
  await device.write('own', 'kept')
  await mountNew(device, 'team')
  await run(device, 'mv', { from: ['/own'], to: '/team' })
  await run(device, 'mv', { from: ['/team/own'], to: '/back' })
  await run(device, 'rm', { paths: ['/team/own'], shred: true })
  assert.deepEqual(await picture(device), { '/back': 'kept', '/team': 'folder' })
  await assert.rejects(run(device, 'restore', { target: '/team/own' }), { code: 'NOT_FOUND' })
})

test('what is written into a folder while it is moved to another vault stays where it was written', async () => {
  const device = await Device.found('laptop')
  const team = await mountNew(device, 'team')
  for (const name of ['kept', 'changed', 'deep/kept'])
    await run(device, 'add', { stdin: true, to: `/team/work/${name}` }, name)
  const { personal } = device.engine
  const real = personal.commit.bind(personal)
  personal.commit = async (make) => {
    await real(make)
    if (personal.index.tree.resolve(['mine', 'changed']) === undefined) return
    personal.commit = real
    await run(device, 'add', { stdin: true, to: '/team/work/changed' }, 'anew')
    await run(device, 'add', { stdin: true, to: '/team/work/late' }, 'late')
    await run(device, 'mkdir', { paths: ['/team/work/deep/late'] })
  }
  await run(device, 'mv', { from: ['/team/work'], to: '/mine' })
  assert.deepEqual(await picture(device), {
    '/mine': 'folder',
    '/mine/changed': 'changed',
    '/mine/deep': 'folder',
    '/mine/deep/kept': 'deep/kept',
    '/mine/kept': 'kept',
    '/team': 'folder',
    '/team/work': 'folder',
    '/team/work/changed': 'anew',
    '/team/work/deep': 'folder',
    '/team/work/deep/late': 'folder',
    '/team/work/late': 'late'
  })
  await run(device, 'mv', { from: ['/team/work/late'], to: '/mine' })
  await run(device, 'rm', { paths: ['/team/work'] })
  assert.equal((await picture(device))['/mine/late'], 'late')
  assert.deepEqual(team.index.tree.list(null), [])
})

test('a tree that is added is split among the vaults it comes to lie in', async () => {
  const device = await Device.found('laptop')
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-mounts-'))
  try {
    await mountNew(device, 'tree/shared')
    await mkdir(join(folder, 'tree', 'shared', 'deep'), { recursive: true })
    for (const path of ['a', 'shared/b', 'shared/deep/c', 'z']) await writeFile(join(folder, 'tree', path), path)
    const events = await run(device, 'add', { paths: [join(folder, 'tree')] })
    assert.equal(events.at(-1)?.['files'], 4)
    assert.deepEqual(await picture(device), {
      '/tree': 'folder',
      '/tree/a': 'a',
      '/tree/shared': 'folder',
      '/tree/shared/b': 'shared/b',
      '/tree/shared/deep': 'folder',
      '/tree/shared/deep/c': 'shared/deep/c',
      '/tree/z': 'z'
    })
    const again = await run(device, 'add', { paths: [join(folder, 'tree')] })
    assert.equal(again.at(-1)?.['unchanged'], 4)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('one shared file is a file like any other, wherever it stands', async () => {
  const device = await Device.found('laptop')
  await device.write('plan', 'first')
  const { vault } = await sharedAt(device.engine, ['plan'])
  assert.deepEqual(await picture(device), { '/plan': 'first' })
  await run(device, 'add', { stdin: true, to: '/plan' }, 'second')
  await run(device, 'mv', { from: ['/plan'], to: '/renamed' })
  assert.deepEqual(await picture(device), { '/renamed': 'second' })
  assert.deepEqual(
    [...vault.index.tree.walk(null)].map(({ path }) => path),
    [['plan']]
  )
  const [renamed] = await run(device, 'ls', { path: '/renamed', long: true })
  assert.deepEqual([renamed?.['kind'], renamed?.['shared'], renamed?.['bytes']], ['file', true, 6])
  const states = (await run(device, 'history', { path: '/renamed' })).map(({ state }) => state)
  assert.deepEqual(states, ['current', 'kept'])
  const [restored] = await run(device, 'restore', { target: '/renamed' })
  assert.equal(restored?.['path'], '/renamed')
  assert.deepEqual(await picture(device), { '/renamed': 'first' })
  await assert.rejects(run(device, 'rm', { paths: ['/renamed'] }), { code: 'IS_SHARED' })
  await assert.rejects(run(device, 'ls', { path: '/renamed/below' }), { code: 'NOT_A_FOLDER' })
  await assert.rejects(run(device, 'add', { stdin: true, to: '/renamed/below' }, 'x'), { code: 'NOT_A_FOLDER' })
  const [status] = await run(device, 'status', {})
  assert.equal(status?.['files'], 1)
  assert.deepEqual((status?.['couldDie'] as { paths: string[] }).paths, ['/renamed'])
})

test('a mount that arrives opens by itself, also after a restart, and closes when it is gone', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay()
  const shared = await mountNew(laptop, 'team')
  await relay.replica.addVault((await shared.replica.store.entryBytes(shared.replica.log.order()[0]!))!)
  await run(laptop, 'mkdir', { paths: ['/team/made'] })
  await exchange(laptop, relay)
  await exchange(phone, relay)
  await exchange(phone, relay)
  assert.equal(phone.engine.vaults().length, 2)
  assert.deepEqual(await picture(phone), { '/team': 'folder', '/team/made': 'folder' })
  await run(phone, 'mkdir', { paths: ['/team/answer'] })
  await phone.restart()
  await exchange(phone, relay)
  await exchange(laptop, relay)
  assert.deepEqual(await picture(laptop), await picture(phone))
  assert.deepEqual(Object.keys(await picture(phone)), ['/team', '/team/answer', '/team/made'])
  await laptop.vault.remove(['team'])
  await laptop.settle()
  assert.deepEqual(laptop.engine.vaults(), [laptop.vault])
})

test('a device that is paired later gets what is mounted, with the keys, and writes there under its name', async () => {
  const { laptop, relay } = await twoDevicesAndRelay()
  const team = await mountNew(laptop, 'team')
  await relay.replica.addVault((await team.replica.store.entryBytes(team.replica.log.order()[0]!))!)
  await run(laptop, 'add', { stdin: true, to: '/team/old' }, 'from before')
  const tablet = await Device.join(laptop, 'tablet', { relay, floor: true })
  await laptop.settle()
  await exchange(laptop, relay)
  for (let i = 0; i < 2; i++) await exchange(tablet, relay)
  assert.deepEqual(await picture(tablet), { '/team': 'folder', '/team/old': 'from before' })
  await run(tablet, 'add', { stdin: true, to: '/team/new' }, 'from the tablet')
  await exchange(tablet, relay)
  await exchange(laptop, relay)
  assert.deepEqual(await picture(laptop), await picture(tablet))
  const listed = await run(laptop, 'ls', { path: '/team', long: true })
  const devices = listed.map(({ path, author }) => [path, (author as { device: string }).device])
  assert.deepEqual(devices, [
    ['/team/new', 'tablet'],
    ['/team/old', 'laptop']
  ])
})

test('what two devices write under one name in a mounted folder is listed as a conflict', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay()
  const team = await mountNew(laptop, 'team')
  await relay.replica.addVault((await team.replica.store.entryBytes(team.replica.log.order()[0]!))!)
  await run(laptop, 'add', { stdin: true, to: '/team/both' }, 'first')
  await exchange(laptop, relay)
  for (let i = 0; i < 2; i++) await exchange(phone, relay)
  await run(laptop, 'add', { stdin: true, to: '/team/both' }, 'by the laptop')
  await run(phone, 'add', { stdin: true, to: '/team/both' }, 'by the phone')
  for (let i = 0; i < 2; i++) for (const device of [laptop, phone]) await exchange(device, relay)
  for (const device of [laptop, phone]) {
    const [conflict] = await run(device, 'conflicts', {})
    assert.equal(conflict?.['path'], '/team/both')
    assert.deepEqual(Object.keys(await picture(device)).length, 3)
  }
  const contents = async (device: Device) => Object.values(await picture(device)).sort()
  for (const keep of ['', 'ours', 'zz', '0000'])
    await assert.rejects(run(phone, 'conflicts resolve', { path: '/team/both', keep }), {
      code: keep === '0000' ? 'NOT_FOUND' : 'USAGE'
    })
  await run(phone, 'conflicts resolve', { path: '/team/both', keep: 'mine' })
  for (const device of [phone, laptop]) await exchange(device, relay)
  for (const device of [phone, laptop]) {
    assert.deepEqual(await contents(device), ['by the phone', 'folder'])
    assert.equal((await run(device, 'conflicts', {}))[0]?.['conflicts'], 0)
  }
  await assert.rejects(run(phone, 'conflicts resolve', { path: '/team/both', keep: 'mine' }), { code: 'NOT_FOUND' })
  // What was not chosen is among the versions.
  const other = (await run(laptop, 'history', { path: '/team/both' })).filter(({ state }) => state === 'kept')
  assert.equal(other.length, 2)
  const restored = new Set<string>()
  for (const { version } of other) {
    await run(laptop, 'restore', { target: `/team/both@${String(version)}` })
    for (const content of await contents(laptop)) restored.add(content)
  }
  assert.ok(restored.has('by the laptop') && restored.has('first'))
})

test('of what two devices wrote under one name either is kept, or both, whichever name it is called by', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ one: 'first', two: 'first' })
  for (const name of ['one', 'two']) {
    await run(laptop, 'add', { stdin: true, to: `/${name}` }, 'by the laptop')
    await run(phone, 'add', { stdin: true, to: `/${name}` }, 'by the phone')
  }
  for (let i = 0; i < 2; i++) for (const device of [laptop, phone]) await exchange(device, relay)
  const lines = await run(laptop, 'conflicts', {})
  assert.equal(lines.length, 3)
  const [one, two] = lines as unknown as {
    path: string
    author: { device: string }
    others: { path: string; author: { device: string } }[]
  }[]
  assert.deepEqual([one?.author.device, one?.others[0]?.author.device].sort(), ['laptop', 'phone'])
  await run(laptop, 'conflicts resolve', { path: one!.others[0]!.path, keep: 'theirs' })
  const [kept] = await run(laptop, 'conflicts resolve', { path: two!.path, keep: 'both' })
  assert.deepEqual(kept?.['others'], [two?.others[0]?.path])
  for (const device of [laptop, phone]) await exchange(device, relay)
  for (const device of [laptop, phone]) {
    assert.deepEqual(Object.values(await picture(device)).sort(), ['by the laptop', 'by the phone', 'by the phone'])
    assert.equal((await run(device, 'conflicts', {}))[0]?.['conflicts'], 0)
  }
})
