import { link, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { makeFolder, syncFolder } from './atomic-file.ts'
import { isWhole } from './checked-value.ts'
import { asStore, isMissing } from './errors.ts'
import type { LevelRow } from './level-bytes.ts'
import { rowsOfLevel } from './level-files.ts'
import { isKey, openLevel } from './level-open.ts'
import type { Level } from './level-open.ts'

/** Of rows written to the new store at once. */
const BATCH_BYTES = 4 << 20

/**
 * Replaces a damaged LevelDB by a new one that holds what can still be read of it: LevelDB never sees a damaged file, because it
 * may end the process over one, its own repair included. Rows whose values are damaged come along as they are (their readers
 * tell); nothing that can be read is left behind. `begin` is awaited before anything is changed. What is broken off is done
 * anew by the next call. Throws IN_USE, STORE_FULL, STORE_READ_ONLY, STORE_FAILED.
 */
export async function salvageLevel(folder: string, begin: () => Promise<void>): Promise<void> {
  const fresh = freshOf(folder)
  await asStore(() => makeFolder(fresh))
  await asStore(() => shareLock(folder, fresh))
  const level = await openFresh(fresh)
  try {
    await begin()
    await asStore(() => level.clear())
    await copyNewest(folder, level)
  } finally {
    await asStore(() => level.close())
  }
  await asStore(() => rename(folder, damagedOf(folder)))
  await finishSalvage(folder)
}

/** Where a salvage was broken off when all was copied. */
export async function finishSalvage(folder: string): Promise<void> {
  await asStore(async () => {
    if (!(await isThere(folder)) && (await isThere(freshOf(folder)))) {
      await rename(freshOf(folder), folder)
      await syncFolder(dirname(folder))
    }
    if (await isThere(folder)) await rm(damagedOf(folder), { recursive: true, force: true })
  })
}

const freshOf = (folder: string): string => `${folder}.salvaged`
const damagedOf = (folder: string): string => `${folder}.damaged`

/** Whoever opens the new store holds the lock of the old one, since the file that is locked is the same. */
async function shareLock(folder: string, fresh: string): Promise<void> {
  const lock = join(folder, 'LOCK')
  await (await open(lock, 'a')).close()
  await link(lock, join(fresh, 'LOCK')).catch(() => {}) // it is linked already, or this disk knows no links
}

async function openFresh(fresh: string): Promise<Level> {
  try {
    return await openLevel(fresh)
  } catch (error) {
    if (!isHoldfastError(error, 'HOME_DAMAGED')) throw error
    await asStore(() => rm(fresh, { recursive: true }))
    return openLevel(fresh)
  }
}

/** Two passes, so that only keys are kept in memory. */
async function copyNewest(folder: string, level: Level): Promise<void> {
  const best = new Map<string, Rank>()
  for await (const { name, row, rank } of namedRows(folder))
    if (outranks(rank, best.get(name))) best.set(name, { ...rank, isValue: row.value !== undefined })
  let batch: [string, Uint8Array][] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    await asStore(() =>
      level.batch(
        batch.map(([key, value]) => ({ type: 'put' as const, key, value })),
        { sync: true }
      )
    )
    batch = []
    bytes = 0
  }
  for await (const { name, row, rank } of namedRows(folder)) {
    const wanted = best.get(name)
    if (row.value === undefined || wanted?.isValue !== true || outranks(wanted, rank)) continue
    best.delete(name)
    batch.push([name, row.value])
    bytes += row.value.length
    if (bytes >= BATCH_BYTES) await flush()
  }
  await flush()
}

interface Rank {
  readonly isWhole: boolean
  readonly sequence: number
  readonly isValue: boolean
}

/** A whole row before a damaged one, then the later one. */
function outranks(a: Rank, b: Rank | undefined): boolean {
  if (b === undefined) return true
  return a.isWhole === b.isWhole ? a.sequence > b.sequence : a.isWhole
}

/** A key that was damaged names nothing any more. */
async function* namedRows(folder: string): AsyncGenerator<{ name: string; row: LevelRow; rank: Rank }> {
  for await (const row of rowsOfLevel(folder)) {
    const name = Buffer.from(row.key.buffer, row.key.byteOffset, row.key.length).toString('latin1')
    if (!isKey(name)) continue
    const { sequence, value } = row
    yield {
      name,
      row,
      rank: { isWhole: value === undefined || isWhole(name, value), sequence, isValue: value !== undefined }
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (!isMissing(error)) throw error
    return false
  }
}
