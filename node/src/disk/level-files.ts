import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readFileOrUndefined } from './atomic-file.ts'
import { asStore, isMissing } from './errors.ts'
import { LevelBytes } from './level-bytes.ts'
import type { LevelRow } from './level-bytes.ts'
import { isLogDamaged, recordsOf, rowsOfLog } from './level-log.ts'
import { isTableSound, rowsOfTable } from './level-table.ts'

/**
 * Whether LevelDB would lose something in the files in `folder` without a word, or stumble over them: over damaged tables it ends
 * the process by an assertion, at once or in a compaction later. To be asked before it opens them. Whoever has them open may go
 * on writing meanwhile.
 */
export async function isLevelDamaged(folder: string): Promise<boolean> {
  const { logs, tables } = await listFiles(folder)
  for (const path of logs) if (isLogDamaged(await read(path))) return true
  const manifest = await readManifest(folder)
  if (manifest === 'damaged') return true
  // Tables that are not listed are what a broken-off compaction left: LevelDB removes them.
  for (const [number, path] of tables) {
    if (manifest?.has(number) !== true) continue
    const table = await asStore(() => readFileOrUndefined(path))
    if (table !== undefined && !isTableSound(table)) return true
  }
  return false
}

/** Everything that can be read in the files of a LevelDB that nobody has open, in no order. */
export async function* rowsOfLevel(folder: string): AsyncGenerator<LevelRow> {
  const { logs, tables } = await listFiles(folder)
  const manifest = await readManifest(folder)
  for (const [number, path] of tables)
    if (manifest === undefined || manifest === 'damaged' || manifest.has(number)) yield* rowsOfTable(await read(path))
  for (const path of logs) yield* rowsOfLog(await read(path))
}

async function listFiles(folder: string): Promise<{ logs: string[]; tables: [number: number, path: string][] }> {
  const logs: string[] = []
  const tables: [number, string][] = []
  for (const name of (await asStore(() => readdir(folder).catch(none))).sort()) {
    if (/^\d+\.log$/.test(name)) logs.push(join(folder, name))
    if (/^\d+\.(ldb|sst)$/.test(name)) tables.push([Number.parseInt(name, 10), join(folder, name)])
  }
  return { logs, tables }
}

/** The tables that count. Undefined: there is none of it. */
async function readManifest(folder: string): Promise<ReadonlySet<number> | 'damaged' | undefined> {
  const current = Buffer.from(await read(join(folder, 'CURRENT'))).toString('latin1')
  if (current === '') return undefined
  if (!/^MANIFEST-\d+\n$/.test(current)) return 'damaged'
  const manifest = await read(join(folder, current.trimEnd()))
  if (manifest.length === 0 || isLogDamaged(manifest)) return 'damaged'
  const tables = new Set<number>()
  for (const record of recordsOf(manifest)) if (!takeEdit(record, tables)) return 'damaged'
  return tables
}

/** Applies one edit of a version to the set of tables; what else it says is only read over. */
function takeEdit(record: Uint8Array, tables: Set<number>): boolean {
  const bytes = new LevelBytes(record)
  while (bytes.left > 0) {
    const read = EDITS.get(bytes.varint() ?? 0)
    if (read === undefined || !read(bytes, tables)) return false
  }
  return true
}

type Edit = (bytes: LevelBytes, tables: Set<number>) => boolean

const number: Edit = (bytes) => bytes.varint() !== undefined
const slice: Edit = (bytes) => bytes.slice() !== undefined

/** By its tag: comparator, log, next file, last sequence number, place of compaction, deleted table, new table, earlier log. */
const EDITS = new Map<number, Edit>([
  [1, slice],
  [2, number],
  [3, number],
  [4, number],
  [5, (bytes, tables) => number(bytes, tables) && slice(bytes, tables)],
  [
    6,
    (bytes, tables) => {
      bytes.varint()
      const deleted = bytes.varint()
      if (deleted !== undefined) tables.delete(deleted)
      return deleted !== undefined
    }
  ],
  [
    7,
    (bytes, tables) => {
      bytes.varint()
      const made = bytes.varint()
      if (made !== undefined) tables.add(made)
      return made !== undefined && number(bytes, tables) && slice(bytes, tables) && slice(bytes, tables)
    }
  ],
  [9, number]
])

/** Empty when it is not there: another process may be taking it away right now. */
async function read(path: string): Promise<Uint8Array> {
  return (await asStore(() => readFileOrUndefined(path))) ?? new Uint8Array(0)
}

function none(error: unknown): string[] {
  if (!isMissing(error)) throw error
  return []
}
