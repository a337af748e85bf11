import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DiskRoot } from './disk-root.ts'
import { listTrash, pruneTrash } from './trash.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-trash-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const at = (...names: string[]): string => join(folder, '.holdfast-trash', ...names)

test('keep.trashDays: what sync took away is there for so many whole days, and then it goes', () => {
  for (const day of ['2026-10-01', '2026-11-01', '2026-11-30']) {
    mkdirSync(at(day, 'docs'), { recursive: true })
    writeFileSync(at(day, 'docs', 'a'), day)
  }
  const nowMs = Date.parse('2026-12-01T23:00:00Z')
  const root = new DiskRoot(folder)
  const left = (): string[] => listTrash(root).map(({ day }) => day)
  pruneTrash(root, 36_500, nowMs)
  assert.deepEqual(left(), ['2026-11-30', '2026-11-01', '2026-10-01'])
  pruneTrash(root, 30, nowMs)
  assert.deepEqual(left(), ['2026-11-30', '2026-11-01']) // taken 30 days ago, at some time of that day
  pruneTrash(root, 29, nowMs)
  assert.deepEqual(left(), ['2026-11-30'])
  pruneTrash(root, 0, nowMs)
  assert.deepEqual([left(), existsSync(at())], [[], false])
  root.close()
})
