import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { utf8 } from '@holdfast/core/base/bytes'
import { openHomeStores } from '@holdfast/node/disk/home-lock'
import { runChild } from './child.ts'

const FOLDERS = [
  '',
  'store',
  'store/rows',
  'store/blobs',
  'store/blobs/packs',
  'store/blobs/files',
  'store/blobs/files/tmp'
]

test('a store that may not be written says so and is left as it was', async () => {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-read-only-'))
  const stores = await openHomeStores(home)
  await stores.kv.write([{ put: 'a', value: utf8('1') }])
  await stores.close()

  // Everybody may look, nobody (and, where the test is not root, not even its owner) may write.
  await allFolders(home, 0o555)
  assert.equal(await runChild('read-only-child', [home]), 'STORE_READ_ONLY')
  await allFolders(home, 0o700)
  assert.equal(await runChild('read-only-child', [home]), process.getuid?.() === 0 ? 'STORE_READ_ONLY' : 'opened')

  const again = await openHomeStores(home)
  assert.deepEqual(await again.kv.get('a'), utf8('1'))
  await again.close()
  await rm(home, { recursive: true })
})

async function allFolders(home: string, mode: number): Promise<void> {
  for (const folder of FOLDERS) await chmod(join(home, folder), mode)
}
