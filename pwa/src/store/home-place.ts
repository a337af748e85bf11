import { promisifyRequest } from 'idb-keyval'
import type { HomeFile, HomePlace, HomeStores } from '@holdfast/core/ports/home-place'
import { Database, deleteDatabase } from './database.ts'
import { openIdbBlobs } from './idb-blobs.ts'
import { openIdbKv } from './idb-kv.ts'

/** One home for each origin. The browser deletes all of an origin at once, but a person may delete one of them. */
const FILES = 'holdfast-files'
const ROWS = 'holdfast-rows'
const BLOBS = 'holdfast-blobs'
/** Beside the files: which making of the rows belongs to them. */
const ROWS_INSTANCE = 'rows-instance'

export type Found =
  /** No home, or one whose making was cut short. */
  | 'nothing'
  | 'home'
  /** Parts of a home: the others were cleared. */
  | 'remains'

/** The home of this origin, in three databases: its few files, its rows, its blobs. */
export class IdbHomePlace implements HomePlace {
  readonly #onLost: () => void
  #files: Promise<Database> | undefined

  /** `onLost`: some of it was cleared while it was open. */
  constructor(onLost: () => void) {
    this.#onLost = onLost
  }

  async look(): Promise<Found> {
    const [settings, keys, unfinished] = await Promise.all([
      this.read('home.json'),
      this.read('keys.box'),
      this.read('unfinished')
    ])
    if (unfinished !== undefined || (settings === undefined && keys === undefined)) return 'nothing'
    if (settings === undefined || keys === undefined) return 'remains'
    const rows = await Database.open(ROWS)
    rows.close()
    return rows.instance === (await this.#get(ROWS_INSTANCE)) ? 'home' : 'remains'
  }

  async read(file: HomeFile): Promise<Uint8Array | undefined> {
    const found = await this.#get(file)
    return found instanceof Uint8Array ? found : undefined
  }

  write(file: HomeFile, bytes: Uint8Array): Promise<void> {
    return this.#put(file, bytes.slice())
  }

  async remove(file: HomeFile): Promise<void> {
    await (await this.#open()).write((store) => store.delete(file))
  }

  async make(): Promise<void> {
    await this.#open()
  }

  async openStores(): Promise<HomeStores> {
    const kv = await openIdbKv(ROWS, { onLost: this.#onLost })
    try {
      if ((await this.#get(ROWS_INSTANCE)) === undefined) await this.#put(ROWS_INSTANCE, kv.instance)
      const blobs = await openIdbBlobs(BLOBS, { onLost: this.#onLost })
      let closed: Promise<void> | undefined
      const closeBoth = async (): Promise<void> => {
        try {
          await blobs.close()
        } finally {
          await kv.close()
        }
      }
      return { kv, blobs, salvaged: undefined, close: () => (closed ??= closeBoth()) }
    } catch (error) {
      await kv.close()
      throw error
    }
  }

  async clearStores(): Promise<void> {
    await (await this.#open()).write((store) => store.delete(ROWS_INSTANCE))
    await deleteDatabase(ROWS)
    await deleteDatabase(BLOBS)
  }

  /** Everything; the stores are closed before. The keys go first: what is left after a cut is nothing that could be opened. */
  async erase(): Promise<void> {
    await (await this.#open()).write((store) => {
      store.delete('keys.box')
      store.delete('unlock.key')
      store.delete('kit.pending')
      store.put(new Uint8Array(0), 'unfinished')
    })
    await deleteDatabase(ROWS)
    await deleteDatabase(BLOBS)
    await this.close()
    await deleteDatabase(FILES)
  }

  /** Whether all of an open home is still there: browsers do not always say when they clear what is idle. */
  async isThere(): Promise<boolean> {
    const names = new Set((await indexedDB.databases()).map(({ name }) => name))
    return [FILES, ROWS, BLOBS].every((name) => names.has(name))
  }

  async close(): Promise<void> {
    const files = await this.#files?.catch(() => undefined)
    this.#files = undefined
    files?.close()
  }

  async #get(key: string): Promise<unknown> {
    return (await this.#open()).read((store) => promisifyRequest<unknown>(store.get(key)))
  }

  async #put(key: string, value: unknown): Promise<void> {
    await (await this.#open()).write((store) => store.put(value, key))
  }

  /** One that could not be opened, or was closed for good because it was cleared, is opened anew by whoever comes next. */
  async #open(): Promise<Database> {
    const opening = (this.#files ??= Database.open(FILES, this.#onLost))
    const forget = (): void => {
      if (this.#files === opening) this.#files = undefined
    }
    const files = await opening.catch((error: unknown) => {
      forget()
      throw error
    })
    if (!files.isClosed) return files
    forget()
    return this.#open()
  }
}
