import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { walkDisk } from './disk-source.ts'

const root = mkdtempSync(join(tmpdir(), 'holdfast-source-'))
after(() => rm(root, { recursive: true, force: true }))

test('a folder that cannot be listed is named and not taken for an empty one', async () => {
  mkdirSync(join(root, 'a'))
  mkdirSync(join(root, 'b'))
  writeFileSync(join(root, 'b/lost'), 'x')
  const kept: string[] = []
  const problems: string[] = []
  const report = {
    failed: (path: readonly string[], code: string) => problems.push(`${path.join('/')} ${code}`),
    linkOutside: assert.fail,
    leftOut: assert.fail
  }
  for await (const { path } of walkDisk([{ path: root, at: ['r'] }], report)) {
    kept.push(path.join('/'))
    // Looked at already together with `a`, gone when it is its turn: as unreadable as one without permission, for root too.
    await rm(join(root, 'b'), { recursive: true, force: true })
  }
  assert.deepEqual(kept, ['r', 'r/a'])
  assert.deepEqual(problems, ['r/b FILE_CHANGED'])
})
