import type { Engine } from '@holdfast/core/engine/engine'
import { QUIET_MS } from './fresh.ts'
import type { FolderState, KeptFolder } from './kept-folder.ts'
import { Watcher } from './watcher.ts'

export interface LiveOptions {
  /** Seconds between two looks at everything; 0 for none. */
  readonly scanIntervalS: number
  readonly trashDays: number
  /** Told of each pass, and how long it took. */
  readonly onPass?: (state: FolderState, ms: number) => void
}

/** Changes that come together are done together. */
const GATHER_MS = 15
/** A folder that is not there is looked for so often, and one that no watch was left for is looked at. */
const GONE_MS = 5000
const UNWATCHED_MS = 60_000

/** Keeps one folder in step for as long as it runs: with what changes on the disk and what comes into the vault. */
export class LiveFolder {
  readonly #folder: KeptFolder
  readonly #o: LiveOptions
  readonly #watcher: Watcher
  readonly #stopped = new AbortController()
  readonly #unlisten: (() => void)[]
  #timer: NodeJS.Timeout | undefined
  #dueMs = Number.POSITIVE_INFINITY
  #lastFullMs = performance.now()
  #running: Promise<void> | undefined
  #isWanted = false

  constructor(engine: Engine, folder: KeptFolder, options: LiveOptions) {
    this.#folder = folder
    this.#o = options
    this.#watcher = new Watcher(folder.record.path, (dirty) => {
      folder.dirty(dirty)
      this.#soon(GATHER_MS)
    })
    this.#unlisten = [
      engine.onChange(() => this.#soon(GATHER_MS)),
      engine.exchange.onWhole(() => this.#soon(GATHER_MS))
    ]
    this.#soon(0)
  }

  /** Whether the system takes no more watches: what changes where none was left is found by scans alone. */
  get isUnwatched(): boolean {
    return this.#watcher.isFull
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    clearTimeout(this.#timer)
    for (const unlisten of this.#unlisten) unlisten()
    this.#watcher.close()
    await this.#running
  }

  #soon(ms: number): void {
    if (this.#stopped.signal.aborted) return
    const dueMs = performance.now() + ms
    if (this.#running !== undefined && ms <= GATHER_MS) this.#isWanted = true
    if (dueMs >= this.#dueMs) return
    clearTimeout(this.#timer)
    this.#dueMs = dueMs
    this.#timer = setTimeout(() => {
      this.#dueMs = Number.POSITIVE_INFINITY
      if (this.#running !== undefined) this.#isWanted = true
      else this.#running = this.#run().finally(() => (this.#running = undefined))
    }, ms)
    this.#timer.unref()
  }

  async #run(): Promise<void> {
    do {
      this.#isWanted = false
      const everyMs = this.#watcher.isFull ? UNWATCHED_MS : this.#o.scanIntervalS * 1000
      if (everyMs > 0 && performance.now() - this.#lastFullMs >= everyMs) {
        this.#folder.dirty()
        this.#lastFullMs = performance.now()
      }
      const { signal } = this.#stopped
      const startMs = performance.now()
      const state = await this.#folder.pass({ trashDays: this.#o.trashDays, signal })
      const { code, report } = state
      if (signal.aborted) return
      this.#o.onPass?.(state, performance.now() - startMs)
      if (report === undefined) this.#watcher.close()
      else this.#follow()
      if (code === 'FOLDER_GONE') this.#soon(GONE_MS)
      if (report?.isUnsettled === true) this.#soon(QUIET_MS)
      if (everyMs > 0) this.#soon(everyMs)
    } while (this.#isWanted && !this.#stopped.signal.aborted)
  }

  /** What happened in a folder between the look at it and its watch is found by looking again. */
  #follow(): void {
    const added = this.#watcher.follow(this.#folder.folders())
    for (const folder of added) this.#folder.dirty(folder)
    if (added.length > 0) this.#soon(GATHER_MS)
  }
}
