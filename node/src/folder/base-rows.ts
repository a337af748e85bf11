import {
  asArray,
  asId,
  asIdOrNull,
  asInt,
  asText,
  asUint,
  asVersion,
  decode,
  encode,
  idValue
} from '@holdfast/core/base/codec'
import type { Value } from '@holdfast/core/base/codec'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { FILE_ID_BYTES, OBJECT_ID_BYTES } from '@holdfast/core/base/ids'
import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { KvChange, KvStore } from '@holdfast/core/ports/kv-store'
import { BaseTree } from './base-tree.ts'
import type { BaseRow, Kind, Stamp } from './trees.ts'

const PREFIX = 'folder/base/'
const KINDS: readonly Kind[] = ['file', 'folder', 'link']

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
    const range = { gte: prefix, lt: `${prefix.slice(0, -1)}0`, onDamaged: () => undefined }
    for await (const [key, value] of kv.range(range)) {
      const row = readRow(key.slice(prefix.length) as FileId, value)
      if (row !== undefined) rows.set(row.id, row)
    }
    rows.takeChanged()
    return new BaseRows(kv, prefix, rows)
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
    this.#changes.push({ put: this.#prefix + row.id, value: encodeRow(row) })
  }

  delete(id: FileId): void {
    if (this.rows.delete(id)) this.#changes.push({ del: this.#prefix + id })
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
}

const ROWS_AT_ONCE = 5000

function encodeRow({ parent, name, kind, executable, object, mtimeMs, stamp, id }: BaseRow): Uint8Array {
  const stamps = [stamp.size, stamp.mtimeNs, stamp.ctimeNs, stamp.birthNs, stamp.inode].map(String)
  const sealed = object === undefined ? null : idValue(object)
  return encode([1, idValue(id), idValue(parent), name, KINDS.indexOf(kind), executable, sealed, mtimeMs, stamps])
}

function readRow(id: FileId, value: Uint8Array): BaseRow | undefined {
  try {
    const [version, own, parent, name, kind, executable, object, mtimeMs, stamps] = asArray(
      decode(value, LIMITS.scalarBytes),
      9
    )
    asVersion(version, 1)
    if (asId<FileId>(own, FILE_ID_BYTES) !== id || typeof executable !== 'boolean') return undefined
    return {
      id,
      parent: asIdOrNull<FileId>(parent, FILE_ID_BYTES),
      name: asText(name, LIMITS.scalarBytes),
      kind: KINDS[asUint(kind, KINDS.length - 1)]!,
      executable,
      object: asIdOrNull<ObjectId>(object, OBJECT_ID_BYTES) ?? undefined,
      mtimeMs: asInt(mtimeMs),
      stamp: readStamp(stamps)
    }
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}

function readStamp(value: Value | undefined): Stamp {
  const [size, mtimeNs, ctimeNs, birthNs, inode] = asArray(value, 5).map((item) => {
    const text = asText(item, 32)
    if (!/^-?\d+$/.test(text)) throw new HoldfastError('MALFORMED')
    return BigInt(text)
  })
  return { size: size!, mtimeNs: mtimeNs!, ctimeNs: ctimeNs!, birthNs: birthNs!, inode: inode! }
}
