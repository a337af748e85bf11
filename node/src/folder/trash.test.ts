import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { MapKv } from '@holdfast/core/sync/testing/map-stores'
import { DiskRoot } from './disk-root.ts'
import { TrashDays } from './trash-days.ts'
import { emptyTrash, listTrash, pruneTrash, trashDaysOf } from './trash.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-trash-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const at = (...names: string[]): string => join(folder, '.holdfast-trash', ...names)
const take = (day: string): void => {
  mkdirSync(at(day, 'docs'), { recursive: true })
  writeFileSync(at(day, 'docs', 'a'), day)
}

test('keep.trashDays: what sync took away is there for so many whole days, of this home and of the calendar', async () => {
  const kv = new MapKv()
  const root = new DiskRoot(folder)
  let seen = 0
  /** A day on which the home runs, its rows read anew as after a restart; returns what is left. */
  const day = async (today: string, keepDays: number, agrees = true): Promise<string[]> => {
    seen++
    const ages = await TrashDays.load(kv, 'f')
    await ages.note(trashDaysOf(root), today, agrees ? seen : undefined)
    pruneTrash(root, { ages, keepDays: agrees ? keepDays : undefined, nowMs: Date.parse(`${today}T23:00:00Z`) })
    return listTrash(root).map((one) => one.day)
  }
  const [one, two] = ['2026-11-01', '2026-11-02']
  take(one)
  assert.deepEqual(await day(one, 2), [one])
  take(two)
  kv.failing = true
  assert.deepEqual(await day(two, 2), [two, one], 'a full disk does not keep the trash from being looked at')
  kv.failing = false
  assert.deepEqual(await day(two, 2), [two, one])
  for (let jump = 0; jump < 40; jump++) {
    assert.deepEqual(await day(`20${40 + jump}-01-01`, 0, false), [two, one], 'a clock that agrees with nobody')
    assert.deepEqual(await day(two, 2), [two, one], 'days that a wrong clock made')
  }
  kv.rotten.add('folder/trash/f')
  assert.deepEqual(await day('2026-12-01', 2), [two, one], 'a row that is lost makes nothing older')
  take('1970-01-01')
  assert.equal((await day('1970-01-01', 2, false)).length, 3)
  assert.equal((await day('2026-12-02', 2)).length, 3)
  assert.equal((await day('2026-12-03', 2)).length, 3) // two days ago, at some time of that day
  assert.deepEqual(await day('2026-12-04', 2), [])
  assert.equal(existsSync(at()), false)
  root.close()
})

test('what is to be gone for good goes with what was taken from its place before, and nothing else does', () => {
  const root = new DiskRoot(folder)
  const put = (day: string, ...names: string[]): void => {
    mkdirSync(at(day), { recursive: true })
    for (const name of names) writeFileSync(at(day, name), name)
  }
  put('2026-11-01', 'secret', 'secret~0123abcd', 'secret.txt')
  put('2026-11-02', 'secret', 'secret~not that')
  take('2026-11-03')
  assert.equal(emptyTrash(root, 'secret').length, 3)
  assert.equal(emptyTrash(root, 'docs').length, 1)
  const left = (): string[] => listTrash(root).map(({ day, path }) => `${day} ${path}`)
  assert.deepEqual(left(), ['2026-11-02 secret~not that', '2026-11-01 secret.txt'])
  assert.deepEqual(trashDaysOf(root), ['2026-11-01', '2026-11-02'], 'a day with nothing in it is none')
  emptyTrash(root)
  assert.equal(existsSync(at()), false)
  root.close()
})
