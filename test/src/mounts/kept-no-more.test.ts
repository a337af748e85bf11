import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toldPolicy } from '@holdfast/core/vault/keep-policy'
import { Retention } from '@holdfast/core/engine/retention'
import { Device } from '../attacks/scene/device.ts'
import { run } from './scene.ts'

test('history says what is leaving and what is gone; what is leaving comes back as before, what is gone is refused', async () => {
  const laptop = await Device.found('laptop')
  for (const text of ['one', 'two two', 'three three three']) await laptop.write('letter', text)
  await laptop.write('old', 'removed long ago')
  await run(laptop, 'rm', { paths: ['/old'] })
  const history = async (path: string) =>
    (await run(laptop, 'history', { path })).map(({ bytes, retention }) => [bytes, retention ?? 'kept'])
  const giveUp = async (): Promise<void> => {
    for (let n = 0; n < 3; n++) {
      const heads = laptop.vault.replica.log.heads()
      await laptop.vault.giveUpVersions({ versions: 1, before: heads, today: heads })
    }
  }
  await giveUp()
  assert.deepEqual(await history('/letter'), [
    [17, 'kept'],
    [7, 'kept'],
    [3, 'leaving']
  ])
  assert.deepEqual(await history('/old'), [[16, 'leaving']])
  await run(laptop, 'restore', { target: '/old' })
  assert.equal((await run(laptop, 'cat', { paths: ['/old'] })).output, 'removed long ago')
  assert.deepEqual(new Set((await history('/old')).map(([, kept]) => kept)), new Set(['kept']))

  await run(laptop, 'rm', { paths: ['/old'] })
  await giveUp()
  const pins = laptop.vault.replica.log.pins()
  for (const { entry } of pins.unpins()) pins.settleUnpins(entry)
  await laptop.engine.exchange.collect(0)
  assert.deepEqual((await history('/letter')).at(-1), [3, 'gone'])
  const oldest = (await run(laptop, 'history', { path: '/letter' })).at(-1)!['version'] as string
  for (const target of ['/old', `/letter@${oldest}`])
    await assert.rejects(run(laptop, 'restore', { target }), { code: 'NOT_HERE', message: /kept no more/ })
  await run(laptop, 'restore', { target: '/letter' })
  assert.equal((await run(laptop, 'cat', { paths: ['/letter'] })).output, 'two two')
})

test('a device tells the others what it wants kept as soon as it runs, and again when that changes', async () => {
  const laptop = await Device.found('laptop')
  for (const keep of [
    { versions: 10, days: 30 },
    { versions: 3, days: 90 }
  ]) {
    const retention = new Retention(laptop.engine, keep)
    await retention.stop()
    assert.deepEqual(toldPolicy(laptop.vault.index, laptop.id), keep)
  }
})
