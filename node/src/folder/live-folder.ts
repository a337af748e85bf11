import type { ErrorCode } from '@holdfast/core/base/errors'
import type { Engine } from '@holdfast/core/engine/engine'
import { QUIET_MS } from './fresh.ts'
import type { FolderState, KeptFolder } from './kept-folder.ts'
import { Watcher } from './watcher.ts'

export interface LiveOptions {
  /** Seconds between two looks at everything; 0 for none. */
  readonly scanIntervalS: number
  readonly trashDays: number
  /** After how long it is tried again when the disk is full or refuses to be written; a minute if not given. */
  readonly againMs?: number
  /** Told of each pass, and how long it took. */
  readonly onPass?: (state: FolderState, ms: number) => void
}

/** Changes that come together are done together … */
const GATHER_MS = 15
/** … and where a pass takes long, because there is much, others get half as much time before the next one. */
const MOST_GATHER_MS = 1000
/** A folder that is not there is looked for so often, and one that no watch was left for is looked at. */
const GONE_MS = 5000
const UNWATCHED_MS = 60_000
const AGAIN_MS = 60_000
/** What passes without anything in the folder having changed. */
const OF_THE_DISK: ReadonlySet<ErrorCode> = new Set(['STORE_FULL', 'STORE_READ_ONLY', 'STORE_FAILED'])

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
  /** The last of what was to come has come: there is nothing to gather. */
  #isAllHere = false
  #gatherMs = GATHER_MS

  constructor(engine: Engine, folder: KeptFolder, options: LiveOptions) {
    this.#folder = folder
    this.#o = options
    this.#watcher = new Watcher(folder.record.path, (dirty) => {
      folder.dirty(dirty)
      this.#soon(this.#gatherMs)
    })
    this.#unlisten = [
      engine.onChange(() => this.#soon(this.#gatherMs)),
      engine.exchange.onWhole(() => {
        this.#isAllHere = engine.exchange.wanted.size === 0
        this.#soon(this.#isAllHere ? GATHER_MS : this.#gatherMs)
      })
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
    if (this.#running !== undefined && ms <= this.#gatherMs) {
      this.#isWanted = true
      return
    }
    const dueMs = performance.now() + ms
    if (dueMs >= this.#dueMs) return
    clearTimeout(this.#timer)
    this.#dueMs = dueMs
    this.#timer = setTimeout(() => {
      this.#dueMs = Number.POSITIVE_INFINITY
      if (this.#running === undefined) this.#start()
      else this.#isWanted = true
    }, ms)
    this.#timer.unref()
  }

  #start(): void {
    this.#isWanted = false
    this.#isAllHere = false
    this.#running = this.#run().finally(() => {
      this.#running = undefined
      if (this.#isWanted) this.#soon(this.#isAllHere ? GATHER_MS : this.#gatherMs)
    })
  }

  async #run(): Promise<void> {
    const startMs = performance.now()
    const everyMs = this.#watcher.isFull ? UNWATCHED_MS : this.#o.scanIntervalS * 1000
    if (everyMs > 0 && startMs - this.#lastFullMs >= everyMs) {
      this.#folder.dirty()
      this.#lastFullMs = startMs
    }
    const { signal } = this.#stopped
    const state = await this.#folder.pass({ trashDays: this.#o.trashDays, signal })
    const { code, report } = state
    if (signal.aborted) return
    const tookMs = performance.now() - startMs
    this.#gatherMs = Math.min(MOST_GATHER_MS, Math.max(GATHER_MS, tookMs / 2))
    this.#o.onPass?.(state, tookMs)
    if (report === undefined) this.#watcher.close()
    else this.#follow()
    if (code === 'FOLDER_GONE') this.#soon(GONE_MS)
    else if (report === undefined || [...report.failed.values()].some((one) => OF_THE_DISK.has(one)))
      this.#soon(this.#o.againMs ?? AGAIN_MS)
    if (report?.isUnsettled === true) this.#soon(QUIET_MS)
    if (everyMs > 0) this.#soon(everyMs)
  }

  /** What happened in a folder between the look at it and its watch is found by looking again. */
  #follow(): void {
    const added = this.#watcher.follow(this.#folder.folders())
    for (const folder of added) this.#folder.dirty(folder)
    if (added.length > 0) this.#soon(this.#gatherMs)
  }
}
