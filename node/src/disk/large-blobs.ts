import { readdirSync, statSync } from 'node:fs'
import { readdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobId } from '@holdfast/core/base/ids'
import { makeFolder, syncFolder, unlinkIfThere, writeNew } from './atomic-file.ts'
import { asStore, isMissing } from './errors.ts'
import { Gate } from './gate.ts'
import { Grouper } from '@holdfast/core/base/grouper'

/** Blobs written at once: more only wait for the same disk. */
const PARALLEL = 16
const TEMPORARY = 'tmp'

/**
 * Large blobs, each a plain file named by its id, in folders by the first two digits of the id, made when there is something for
 * them: empty, 256 take a mebibyte. A file is written
 * aside, made durable, renamed into place, and then its folder is made durable: renames that wait for the same folder
 * share that. What is in `tmp` at open is left over from a crash.
 */
export class LargeBlobs {
  readonly #folder: string
  readonly #gate = new Gate(PARALLEL)
  readonly #folders = new Map<string, Grouper<void>>()
  /** Folders that are there, or are being made. */
  readonly #made = new Map<string, Promise<void>>()
  /** The last operation on an id under way: operations on one id run one after another. */
  readonly #busy = new Map<BlobId, Promise<void>>()
  /** Blobs and bytes of the folders that were counted. */
  readonly #counted = new Map<string, { blobs: number; bytes: number }>()
  #next = 0

  static async open(folder: string): Promise<LargeBlobs> {
    await asStore(async () => {
      await makeFolder(join(folder, TEMPORARY))
      for (const name of await readdir(join(folder, TEMPORARY))) await unlinkIfThere(join(folder, TEMPORARY, name))
    })
    return new LargeBlobs(folder)
  }

  private constructor(folder: string) {
    this.#folder = folder
  }

  put(id: BlobId, bytes: Uint8Array): Promise<void> {
    return this.#alone(id, () =>
      this.#gate.run(async () => {
        const path = this.#path(id)
        const old = sizeOf(path)
        if (old === bytes.length) return
        const temporary = join(this.#folder, TEMPORARY, String(this.#next++))
        try {
          await this.#makeFolderOf(id)
          await writeNew(temporary, bytes, 0o600)
          await rename(temporary, path)
        } catch (error) {
          await unlinkIfThere(temporary)
          throw error
        }
        this.#count(id, old === undefined ? 1 : 0, bytes.length - (old ?? 0))
        await this.#syncFolderOf(id)
      })
    )
  }

  async get(id: BlobId): Promise<Uint8Array | undefined> {
    return asStore(async () => {
      try {
        const bytes = await readFile(this.#path(id))
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    })
  }

  async has(id: BlobId): Promise<boolean> {
    return asStore(async () => sizeOf(this.#path(id)) !== undefined)
  }

  delete(id: BlobId): Promise<void> {
    return this.#alone(id, () =>
      this.#gate.run(async () => {
        const path = this.#path(id)
        const old = sizeOf(path)
        if (old === undefined) return
        await unlinkIfThere(path)
        this.#count(id, -1, -old)
        await this.#syncFolderOf(id)
      })
    )
  }

  async *list(): AsyncGenerator<{ id: BlobId; sizeBytes: number }> {
    const folders = (await asStore(() => readdir(this.#folder))).filter((name) => name !== TEMPORARY)
    for (const name of folders.sort()) {
      for (const file of await asStore(() => readdir(join(this.#folder, name)))) {
        const found = await asStore(() => stat(join(this.#folder, name, file)).catch(gone))
        if (found !== undefined) yield { id: file as BlobId, sizeBytes: found.size }
      }
    }
  }

  /** Counted folder by folder when first asked, then kept up to date. */
  async stats(): Promise<{ blobs: number; bytes: number }> {
    const total = { blobs: 0, bytes: 0 }
    for (const name of FOLDERS) {
      const counted = this.#counted.get(name) ?? (await asStore(async () => this.#countFolder(name)))
      total.blobs += counted.blobs
      total.bytes += counted.bytes
    }
    return total
  }

  async close(): Promise<void> {
    await Promise.all([...this.#busy.values()].map((busy) => busy.catch(() => {})))
  }

  /** In one turn, so that nothing this process does falls in between; what is under way is counted when it ends. */
  #countFolder(name: string): { blobs: number; bytes: number } {
    const counted = { blobs: 0, bytes: 0 }
    this.#counted.set(name, counted)
    if (sizeOf(join(this.#folder, name)) === undefined) return counted
    for (const file of readdirSync(join(this.#folder, name))) {
      if (this.#busy.has(file as BlobId)) continue
      counted.blobs++
      counted.bytes += sizeOf(join(this.#folder, name, file)) ?? 0
    }
    return counted
  }

  #count(id: BlobId, blobs: number, bytes: number): void {
    const counted = this.#counted.get(id.slice(0, 2))
    if (counted === undefined) return
    counted.blobs += blobs
    counted.bytes += bytes
  }

  #makeFolderOf(id: BlobId): Promise<void> {
    const name = id.slice(0, 2)
    let made = this.#made.get(name)
    if (made === undefined) {
      made = makeFolder(join(this.#folder, name))
      this.#made.set(name, made)
      made.catch(() => this.#made.delete(name))
    }
    return made
  }

  #syncFolderOf(id: BlobId): Promise<void> {
    const name = id.slice(0, 2)
    let group = this.#folders.get(name)
    if (group === undefined) {
      group = new Grouper(
        () => syncFolder(join(this.#folder, name)),
        () => 1,
        Number.POSITIVE_INFINITY
      )
      this.#folders.set(name, group)
    }
    return group.add()
  }

  #alone(id: BlobId, work: () => Promise<void>): Promise<void> {
    const before = this.#busy.get(id)
    const mine = asStore(async () => {
      await before?.catch(() => {})
      await work()
    }).finally(() => {
      if (this.#busy.get(id) === mine) this.#busy.delete(id)
    })
    this.#busy.set(id, mine)
    return mine
  }

  #path(id: BlobId): string {
    return join(this.#folder, id.slice(0, 2), id)
  }
}

const FOLDERS: readonly string[] = Array.from({ length: 256 }, (_, at) => at.toString(16).padStart(2, '0'))

/** Without waiting: a look at the directory takes microseconds, a turn through the thread pool ten times that. */
function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

function gone(error: unknown): undefined {
  if (!isMissing(error)) throw error
  return undefined
}
