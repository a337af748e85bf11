import { isHoldfastError } from '@holdfast/core/base/errors'
import { FILE_ID_BYTES } from '@holdfast/core/base/ids'
import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import { idOfShort, shortOf } from '@holdfast/core/base/short-id'
import type { KvChange, KvStore } from '@holdfast/core/ports/kv-store'
import { decodeRow, encodeRow } from './base-row.ts'
import { decodeRowBefore } from './base-row-before.ts'
import { BaseTree } from './base-tree.ts'
import type { BaseRow } from './trees.ts'

const PREFIX = 'folder/base/'

/** What was last in step in one folder: rows of this home alone, written when a step is durable on both sides. */
export class BaseRows {
  readonly rows: BaseTree
  readonly #kv: KvStore
  readonly #prefix: string
  #changes: KvChange[] = []
  #byObject: Map<ObjectId, FileId> | undefined

  /** A damaged row is as good as none: what it was about is compared anew. */
  static async load(kv: KvStore, folder: string): Promise<BaseRows> {
    const prefix = `${PREFIX}${folder}/`
    const rows = new BaseTree()
    const before: [key: string, row: BaseRow][] = []
    const range = { gte: prefix, lt: `${prefix.slice(0, -1)}0`, onDamaged: () => undefined }
    for await (const [key, value] of kv.range(range)) {
      const name = key.slice(prefix.length)
      const isBefore = name.length === FILE_ID_BYTES * 2
      const row = readRow(name, value, isBefore)
      if (row === undefined) continue
      rows.set(row.id, row)
      if (isBefore) before.push([key, row])
    }
    rows.takeChanged()
    const all = new BaseRows(kv, prefix, rows)
    // As an earlier version wrote them: written anew with what comes next.
    for (const [key, row] of before) all.#changes.push({ del: key }, all.#put(row))
    return all
  }

  private constructor(kv: KvStore, prefix: string, rows: BaseTree) {
    this.#kv = kv
    this.#prefix = prefix
    this.rows = rows
  }

  /** A file that held this content when it was last in step. */
  rowOf(object: ObjectId): BaseRow | undefined {
    if (this.#byObject === undefined) {
      this.#byObject = new Map()
      for (const { object: held, id } of this.rows.values()) if (held !== undefined) this.#byObject.set(held, id)
    }
    const row = this.rows.get(this.#byObject.get(object) ?? ('' as FileId))
    return row?.object === object ? row : undefined
  }

  set(row: BaseRow): void {
    this.rows.set(row.id, row)
    if (row.object !== undefined) this.#byObject?.set(row.object, row.id)
    this.#changes.push(this.#put(row))
  }

  delete(id: FileId): void {
    if (this.rows.delete(id)) this.#changes.push({ del: this.#prefix + shortOf(id) })
  }

  /** Makes durable what was set and deleted since. */
  async write(): Promise<void> {
    const changes = this.#changes
    this.#changes = []
    for (let from = 0; from < changes.length; from += ROWS_AT_ONCE)
      await this.#kv.write(changes.slice(from, from + ROWS_AT_ONCE))
  }

  async clear(): Promise<void> {
    for (const id of [...this.rows.keys()]) this.delete(id)
    await this.write()
  }

  #put(row: BaseRow): KvChange {
    return { put: this.#prefix + shortOf(row.id), value: encodeRow(row) }
  }
}

const ROWS_AT_ONCE = 5000

function readRow(name: string, value: Uint8Array, isBefore: boolean): BaseRow | undefined {
  try {
    return isBefore ? decodeRowBefore(name, value) : decodeRow(idOfShort<FileId>(name, FILE_ID_BYTES), value)
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}
