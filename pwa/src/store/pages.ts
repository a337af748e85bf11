import { promisifyRequest } from 'idb-keyval'
import type { Database } from './database.ts'
import type { Row } from './snapshots.ts'

/** Rows of a first page, before anything is known of their size, and of any. */
const FIRST_ROWS = 64
const MOST_ROWS = 2048
/** What a page should hold: few questions, and little memory. */
const PAGE_BYTES = 1 << 20

export interface Page {
  readonly rows: readonly Row[]
  /** The part of the range that was read, whole: from `gte` up to and without `lt`. */
  readonly gte: string
  readonly lt: string
  readonly nextSize: number
}

/** The next rows of a range, in one transaction; in the order of their keys also when read backwards. */
export async function readPage(
  database: Database,
  { gte, lt, reverse, size = FIRST_ROWS }: { gte: string; lt: string; reverse: boolean; size?: number | undefined }
): Promise<Page> {
  const range = IDBKeyRange.bound(gte, lt, false, true)
  const rows = await database.read((store) => (reverse ? lastOf(store, range, size) : firstOf(store, range, size)))
  const nextSize = sizeAfter(rows)
  if (rows.length < size) return { rows, gte, lt, nextSize }
  return reverse ? { rows, gte: rows[0]![0], lt, nextSize } : { rows, gte, lt: `${rows.at(-1)![0]}\0`, nextSize }
}

async function firstOf(store: IDBObjectStore, range: IDBKeyRange, size: number): Promise<Row[]> {
  const [keys, values] = await Promise.all([
    promisifyRequest(store.getAllKeys(range, size)),
    promisifyRequest<unknown[]>(store.getAll(range, size))
  ])
  return keys.map((key, at) => [key as string, values[at]])
}

/** `getAll` of many browsers only goes forwards. */
function lastOf(store: IDBObjectStore, range: IDBKeyRange, size: number): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const rows: Row[] = []
    const request = store.openCursor(range, 'prev')
    request.onerror = () => reject(request.error)
    request.onsuccess = () => {
      const cursor = request.result
      if (cursor !== null) rows.push([cursor.key as string, cursor.value])
      if (cursor === null || rows.length === size) resolve(rows.reverse())
      else cursor.continue()
    }
  })
}

function sizeAfter(rows: readonly Row[]): number {
  const bytes = rows.reduce(
    (sum, [key, value]) => sum + key.length + (value instanceof Uint8Array ? value.length : 0),
    0
  )
  const each = Math.max(64, bytes / Math.max(1, rows.length))
  return Math.min(MOST_ROWS, Math.max(4, Math.floor(PAGE_BYTES / each)))
}
