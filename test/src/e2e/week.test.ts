// A week of two people with four devices and three relays, in real processes. After each day every device shows what it should.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { rmSync } from 'node:fs'
import { Pi } from '@holdfast/node/story/cast/pi'
import { freePort } from '@holdfast/node/story/process/ports'
import { Machine } from './machine.ts'
import { BY_TCP, newWorld, until } from './world.ts'

const world = await newWorld()
const { path, file } = world
const pis: Pi[] = []
for (const name of ['R1', 'R2', 'R3']) pis.push(new Pi(path(name), [`/ip4/127.0.0.1/tcp/${await freePort()}`], name))
const [laptop, desk, carls, carlsOld] = ['laptop', 'desk', 'carls', 'carls-old'].map(
  (name) => new Machine(path(name), name, path('P'), ['--store-credentials'], BY_TCP)
) as [Machine, Machine, Machine, Machine]
const anna = [laptop, desk]
const carl = [carls, carlsOld]
after(async () => {
  await Promise.allSettled([...anna, ...carl, ...pis].map((one) => one.goDown('SIGKILL')))
})

/** What Anna's and Carl's devices show of the shared folder. */
async function allShow(names: readonly string[], machines = [...anna, ...carl]): Promise<void> {
  for (const machine of machines)
    if (machine.isUp) await machine.shows(anna.includes(machine) ? '/docs' : '/shared/docs', names)
}

test('Monday: two people, each with two devices and relays of their own, get to know each other', async () => {
  await Promise.all([...pis.map((pi) => pi.goUp()), laptop.init(), carls.init()])
  await Promise.all([laptop.goUp(), carls.goUp()])
  const bring = async (machine: Machine, relay: Pi): Promise<unknown> =>
    machine.tell('relay add', { code: await relay.invite() })
  await Promise.all([bring(laptop, pis[0]!).then(() => bring(laptop, pis[1]!)), bring(carls, pis[2]!)])
  await Promise.all([desk.join(laptop).then(() => desk.goUp()), carlsOld.join(carls).then(() => carlsOld.goUp())])
  const { card: annas } = await laptop.told('contact', 'contact', { name: 'anna' })
  const { card: his } = await carls.told('contact', 'contact', { name: 'carl' })
  await laptop.tell('contact add', { card: his, verified: true })
  await carls.tell('contact add', { card: annas, verified: true })
  for (const machine of [...anna, ...carl]) {
    await machine.shows('/', [])
    assert.equal((await machine.tell('devices')).length, 2)
  }
})

test('Tuesday: a folder is shared while nobody of the other side is there, and accepted on one device for both', async () => {
  await Promise.all(carl.map((machine) => machine.goDown()))
  file('in/a.txt', 'alpha')
  file('in/deep/b.bin', Buffer.alloc(300_000, 7))
  await laptop.tell('add', { paths: [path('in')], to: '/docs', contents: true })
  await allShow(['a.txt', 'deep', 'deep/b.bin'])
  await laptop.told('shared', 'share', { path: '/docs', with: 'carl', role: 'writer' })
  await Promise.all(carl.map((machine) => machine.goUp()))
  const invite = await until(async () => (await carls.tell('invites')).find(({ type }) => type === 'invite'))
  assert.deepEqual([invite['from'], invite['trust']], ['anna', 'verified'])
  await carls.tell('accept', { id: invite['id'] })
  await allShow(['a.txt', 'deep', 'deep/b.bin'])
  assert.equal(await carlsOld.text('/shared/docs/a.txt'), 'alpha')
})

test('Wednesday: one relay burns; what both wrote offline of one file is kept twice, the same on four devices', async () => {
  await pis[0]!.goDown('SIGKILL')
  rmSync(pis[0]!.home, { recursive: true })
  await Promise.all([desk.goDown(), carls.goDown()])
  await desk.add(file('anna/a.txt', 'alpha, says anna'), '/docs')
  await carls.add(file('carl/a.txt', 'alpha, says carl'), '/shared/docs')
  await Promise.all([desk.goUp(), carls.goUp()])
  const twins = await until(async () => {
    const names = await laptop.view('/docs')
    return names.length === 4 ? names : undefined
  })
  await allShow(twins)
  const texts = await Promise.all(
    twins.filter((name) => name.endsWith('.txt')).map((name) => carlsOld.text(`/shared/docs/${name}`))
  )
  assert.deepEqual(texts.sort(), ['alpha, says anna', 'alpha, says carl'])
})

test('Thursday: they talk, and each hears everything once', async () => {
  await laptop.told('said', 'say', { to: 'carl', text: 'did you see it?' })
  const heard = await until(async () => (await carls.tell('inbox')).find(({ type }) => type === 'message'))
  assert.deepEqual([heard['text'], heard['author'], heard['verified']], ['did you see it?', 'anna', true])
  await carls.told('said', 'say', { to: 'anna', text: 'twice, even' })
  const answer = await until(async () => (await laptop.tell('inbox')).find(({ type }) => type === 'message'))
  assert.equal(answer['text'], 'twice, even')
  for (const machine of [carls, laptop])
    assert.deepEqual(
      (await machine.tell('inbox')).filter(({ type }) => type === 'message'),
      []
    )
})

test('Friday: a device that is lost is thrown out, and gets nothing new; the other three go on', async () => {
  const before = await carlsOld.view('/shared/docs')
  await carls.told('revoked', 'devices revoke', { name: 'carls-old', force: true })
  await carls.tell('sync')
  await laptop.tell('add', { paths: [file('friday.txt', 'not for the lost one')], to: '/docs' })
  await allShow([...before, 'friday.txt'], [...anna, carls])
  await carlsOld.tell('sync').catch(() => undefined)
  assert.equal((await carlsOld.view('/shared/docs')).includes('friday.txt'), false)
  await carlsOld.goDown()
})

test('Saturday: what is destroyed for good is gone at both', async () => {
  const before = await carls.view('/shared/docs')
  await laptop.tell('rm', { paths: ['/docs/deep/b.bin'], shred: true, force: true })
  await allShow(
    before.filter((name) => name !== 'deep/b.bin'),
    [...anna, carls]
  )
  assert.equal(await carls.refuses('cat', { paths: ['/shared/docs/deep/b.bin'] }), 'NOT_FOUND')
})

test('Sunday: they part; Carl keeps what he had and gets nothing new', async () => {
  const before = await carls.view('/shared/docs')
  await laptop.told('unshared', 'unshare', { path: '/docs', with: 'carl' })
  await desk.tell('add', { paths: [file('sunday.txt', 'for anna alone')], to: '/docs' })
  await allShow([...before, 'sunday.txt'], anna)
  await carls.tell('sync').catch(() => undefined)
  await carls.shows('/shared/docs', before)
  assert.equal(await carls.text('/shared/docs/friday.txt'), 'not for the lost one')
  const members = (await laptop.tell('members', { path: '/docs' })).filter(({ type }) => type === 'member')
  assert.equal(members.length, 1)
})
