import { open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { KvChange, KvRange, KvStore } from '@holdfast/core/ports/kv-store'
import { isWhole, openValue, remainsOf, sealValue } from './checked-value.ts'
import { asStore, storeError } from './errors.ts'
import { Grouper } from '@holdfast/core/base/grouper'
import { isLevelDamaged } from './level-files.ts'
import { isKey, openLevel, READ_AHEAD_BYTES } from './level-open.ts'
import type { Level } from './level-open.ts'
import { finishSalvage, salvageLevel } from './level-salvage.ts'
import { Readers } from './readers.ts'

/** Bytes of batches merged into one fsync: about LevelDB's own write buffer, so that one group fits its log. */
const GROUP_BYTES = 4 << 20
/** What LevelDB may need at once to recover: a log as large as its write buffer, the table made of it, and some. */
const RECOVERY_BYTES = 10 << 20

export interface LevelKvOptions {
  /**
   * Open a damaged store with what can still be read of it, where HOME_DAMAGED would be thrown. `begin` is awaited before
   * anything is changed; from then on the store is not to be opened without `salvage` until that has ended once.
   */
  readonly salvage?: { begin(): Promise<void> }
}

/**
 * Opens (or makes) the key-value store in `folder`, on LevelDB. Its advisory lock dies with the process.
 * Keys are printable ASCII. Throws IN_USE, HOME_DAMAGED, STORE_FULL, STORE_READ_ONLY, STORE_FAILED.
 */
export async function openLevelKv(folder: string, options: LevelKvOptions = {}): Promise<KvStore> {
  const { salvage } = options
  if (salvage !== undefined) await finishSalvage(folder)
  const level = await openWhole(folder, salvage !== undefined)
  if (level !== undefined) return new LevelKv(folder, level)
  if (salvage === undefined) throw new HoldfastError('HOME_DAMAGED')
  await salvageLevel(folder, () => salvage.begin())
  return new LevelKv(folder, await openLevel(folder))
}

/** Undefined when it is damaged. `thorough`: every row is looked at. */
async function openWhole(folder: string, thorough: boolean): Promise<Level | undefined> {
  if (await isLevelDamaged(folder)) return undefined
  const level = await openLevel(folder).catch(undefinedIfDamaged)
  if (level === undefined || !thorough || (await isReadable(level))) return level
  await level.close()
  return undefined
}

class LevelKv implements KvStore {
  readonly #folder: string
  readonly #readers = new Readers()
  readonly #writes: Grouper<readonly KvChange[]>
  #level: Level | undefined
  #reopening: Promise<Level> | undefined
  #suspect = false
  #closed: Promise<void> | undefined

  constructor(folder: string, level: Level) {
    this.#folder = folder
    this.#level = level
    this.#writes = new Grouper((batches) => this.#commit(batches), weightOf, GROUP_BYTES)
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const level = await this.#use()
    const stored = await asStore(() => level.get(key))
    return stored === undefined ? undefined : openValue(key, stored)
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    const level = await this.#use()
    const found = await asStore(() => level.getMany([...keys]))
    return found.map((stored, at) => (stored === undefined ? undefined : openValue(keys[at]!, stored)))
  }

  async write(batch: readonly KvChange[]): Promise<void> {
    if (this.#closed !== undefined) throw new HoldfastError('STORE_CLOSED')
    for (const change of batch) checkKey('put' in change ? change.put : change.del)
    if (batch.length > 0) await this.#writes.add(batch)
  }

  async *range({ onDamaged, ...options }: KvRange): AsyncGenerator<readonly [key: string, value: Uint8Array]> {
    const level = this.#closed === undefined && this.#level !== undefined ? this.#level : await this.#use()
    const leave = this.#readers.enter()
    try {
      const iterator = level.iterator({ ...options, highWaterMarkBytes: READ_AHEAD_BYTES })
      for await (const [key, stored] of iterator) {
        if (onDamaged === undefined || isWhole(key, stored)) yield [key, openValue(key, stored)]
        else onDamaged(key, remainsOf(stored))
      }
    } catch (error) {
      throw storeError(error)
    } finally {
      leave()
    }
  }

  /**
   * Waits for ranges begun before (they still see what was deleted): never await it inside a loop over one.
   *
   * What it takes to get a deleted value off the disk: (1) flush the memory table, so that the log that holds the value
   * is dropped; (2) push the range down until it lies in one level; (3) LevelDB never rewrites its lowest level by
   * itself, and a value written and deleted between two flushes arrives there with its deletion beside it. So two
   * deletions of keys that never exist are written around the range: flushed, they make one file above that level
   * which spans the range, and merging it rewrites everything below.
   */
  async compact(range: { gte: string; lt: string }): Promise<void> {
    await this.#readers.past()
    const level = await this.#use()
    await asStore(async () => {
      await level.compactRange(range.gte, range.lt)
      await level.compactRange(range.gte, range.lt)
      await this.#writes.add([{ del: keyBelow(range.gte) }, { del: `${range.lt}\0` }])
      await level.compactRange(range.gte, range.lt)
      if (this.#readers.any) await this.#dropPinnedFiles(level)
    })
  }

  /** The log is emptied into a table before: there every value has a checksum of its own, in the log only batches. */
  close(): Promise<void> {
    this.#closed ??= asStore(async () => {
      await this.#writes.idle()
      await this.#reopening?.catch(() => {})
      if (!this.#suspect) await this.#level?.compactRange('\0', '\0').catch(() => {})
      await this.#level?.close()
    })
    return this.#closed
  }

  /** A range pins the files it reads; LevelDB looks for files to drop only after its next flush. */
  async #dropPinnedFiles(level: Level): Promise<void> {
    await this.#readers.past()
    await level.compactRange('\0', '\0')
  }

  async #commit(batches: readonly (readonly KvChange[])[]): Promise<void> {
    if (this.#suspect) await this.#recover()
    const level = this.#level ?? (await this.#reopen())
    try {
      await writeAll(level, batches)
    } catch (error) {
      this.#suspect = true
      throw storeError(error)
    }
  }

  async #use(): Promise<Level> {
    if (this.#closed !== undefined) throw new HoldfastError('STORE_CLOSED')
    return this.#level ?? (await this.#reopen())
  }

  /**
   * After a failed write LevelDB's log may end in half a record, and whatever is written behind it would be lost on
   * the next open. So nothing more is written to it: the store is opened anew (which recovers the log into a table)
   * as soon as there is room for that; until then reads go on and writes are refused.
   */
  async #recover(): Promise<void> {
    await proveRoom(this.#folder, RECOVERY_BYTES)
    await this.#reopen()
    this.#suspect = false
  }

  #reopen(): Promise<Level> {
    const old = this.#level
    this.#level = undefined
    this.#reopening ??= (async () => {
      await old?.close()
      this.#level = await openLevel(this.#folder)
      return this.#level
    })().finally(() => (this.#reopening = undefined))
    return this.#reopening
  }
}

/** Whether a walk through all of it meets nothing that LevelDB, or a key that nobody wrote, would stumble over. */
async function isReadable(level: Level): Promise<boolean> {
  try {
    for await (const [key] of level.iterator({ highWaterMarkBytes: READ_AHEAD_BYTES })) if (!isKey(key)) return false
    return true
  } catch (error) {
    undefinedIfDamaged(storeError(error))
    return false
  }
}

function undefinedIfDamaged(error: unknown): undefined {
  if (!isHoldfastError(error, 'HOME_DAMAGED') && !isHoldfastError(error, 'MALFORMED')) throw error
  return undefined
}

/** Writes and removes a file of `bytes` bytes: what statfs(2) says leaves out quotas. */
async function proveRoom(folder: string, bytes: number): Promise<void> {
  const path = join(folder, 'room.probe')
  await asStore(async () => {
    const file = await open(path, 'w', 0o600)
    try {
      for (let at = 0; at < bytes; at += PROBE.length) await file.write(PROBE, 0, PROBE.length, at)
      await file.datasync()
    } finally {
      await file.close()
      await unlink(path)
    }
  })
}

const PROBE = new Uint8Array(1 << 20)

/** All or nothing, durable. One operation after the other costs a quarter of what an array of them does. */
async function writeAll(level: Level, batches: readonly (readonly KvChange[])[]): Promise<void> {
  const all = level.batch()
  try {
    for (const batch of batches) {
      for (const change of batch) {
        if ('put' in change) all.put(change.put, sealValue(change.put, change.value))
        else all.del(change.del)
      }
    }
    await all.write({ sync: true })
  } finally {
    await all.close()
  }
}

function weightOf(batch: readonly KvChange[]): number {
  return batch.reduce((sum, change) => sum + 64 + ('put' in change ? change.value.length : 0), 0)
}

/** ASCII only, so that every store orders alike; nothing below space or above tilde, which the fences above need. */
function checkKey(key: string): void {
  if (!isKey(key)) throw new HoldfastError('INTERNAL', 'a key is printable ASCII')
}

/** A key just below `key` that no caller can have written. */
function keyBelow(key: string): string {
  return key === '' ? '\0' : `${key.slice(0, -1)}${String.fromCharCode(key.charCodeAt(key.length - 1) - 1)}\x7f`
}
