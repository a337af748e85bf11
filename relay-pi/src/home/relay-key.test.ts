import assert from 'node:assert/strict'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryHome } from '../testing/scene.ts'
import { systemRandom } from './platform.ts'
import { makeRelayKey, readRelayKey } from './relay-key.ts'

test('the key is for its owner only, and the relay is the same one after a restart', async (t) => {
  const path = join(await temporaryHome(t), 'relay.key')
  assert.equal(await readRelayKey(path), undefined)
  const made = await makeRelayKey(path, systemRandom)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await readRelayKey(path), made)
})

test('a damaged key is said, never replaced by another one', async (t) => {
  const path = join(await temporaryHome(t), 'relay.key')
  for (const text of [
    '',
    'holdfast relay key 1\n',
    `holdfast relay key 1\n${'0'.repeat(63)}\n`,
    `holdfast relay key 2\n${'0'.repeat(64)}\n`
  ]) {
    await writeFile(path, text)
    await assert.rejects(readRelayKey(path), { code: 'HOME_DAMAGED' })
  }
})
