import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange } from '../attacks/scene/link.ts'
import { run } from '../mounts/scene.ts'
import { friends } from './friends.ts'
import type { Friend } from './friends.ts'

test('files that too few relays hold are counted in status, until they hold them', async () => {
  const [anna] = (await friends('anna')) as [Friend]
  const fewer = async (): Promise<unknown> => (await run(anna.device, 'status', {}))[0]?.['fewerCopies']
  assert.equal(await fewer(), undefined)
  await anna.device.write('a.txt', 'alpha')
  await anna.device.write('b.txt', 'beta')
  assert.deepEqual(await fewer(), { files: 2, wanted: 1, unmet: [] })
  await exchange(anna.device, anna.relay)
  assert.equal(await fewer(), undefined)
})
