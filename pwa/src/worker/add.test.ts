import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Engine } from '@holdfast/core/engine/engine'
import { VaultHome } from '@holdfast/core/vault/testing'
import { addFiles } from './add.ts'

test('a name that no vault takes is told, and the others that were given with it are put in', async () => {
  const home = await VaultHome.found()
  const { vault } = home
  // Of an engine only what adding asks for: one vault, in which nothing is mounted.
  const place = (path: readonly string[]) => ({ vault, path, mountPath: [], mount: undefined })
  const engine = { home, personal: vault, openAll: async () => [vault], place, mounts: () => [] } as unknown as Engine
  const file = new Blob(['text'])
  const deep = `/${Array.from({ length: 300 }, () => 'd').join('/')}`
  const files = ['/a.txt', '/in/../b.txt', '/..', deep, '/c.txt'].map((path) => ({ path, file, modifiedMs: 1 }))
  const { signal } = new AbortController()
  const report = await addFiles(engine, files, { signal, progress: () => undefined })
  assert.equal(report.files, 2)
  assert.deepEqual(
    report.failed.map(({ path, code }) => [path, code]),
    ['/in/..', '/..', deep].map((path) => [path, 'NAME_NOT_ALLOWED'])
  )
  assert.deepEqual(
    vault.index.tree.list(null).map(({ name }) => name),
    ['a.txt', 'c.txt']
  )
})
