import { signal, type ReadonlySignal } from '@preact/signals'
import type { VaultWorker } from '../../bridge/vault-worker.ts'
import { entriesOf, keepingOld, type FileEntry } from './file-entry.ts'

export type ListingState = 'loading' | 'ready' | { readonly error: unknown }

export interface ListingOptions {
  readonly path: string
  /** Everything below it, too. */
  readonly recursive?: boolean
  /** What was there when it was last looked at: shown until it was read. */
  readonly known?: readonly FileEntry[]
}

/**
 * What is in a folder, kept true: read once, and again when something changed, never two readings at once and at most a fifth of the time
 * spent reading. A reading that fails after one that did not leaves what is shown and tells `state`.
 */
export class Listing {
  readonly path: string
  readonly #entries = signal<readonly FileEntry[]>([])
  readonly #state = signal<ListingState>('loading')
  readonly #worker: Pick<VaultWorker, 'run' | 'onChange'>
  readonly #args: { readonly path: string; readonly long: true; readonly recursive: boolean }
  readonly #ended = new AbortController()
  readonly #forget: () => void
  #isReading = false
  #isStale = false

  constructor(worker: Pick<VaultWorker, 'run' | 'onChange'>, { path, recursive = false, known }: ListingOptions) {
    this.path = path
    this.#worker = worker
    this.#args = { path, long: true, recursive }
    if (known !== undefined) {
      this.#entries.value = known
      this.#state.value = 'ready'
    }
    this.#forget = worker.onChange(() => this.refresh())
    this.refresh()
  }

  get entries(): ReadonlySignal<readonly FileEntry[]> {
    return this.#entries
  }

  get state(): ReadonlySignal<ListingState> {
    return this.#state
  }

  refresh(): void {
    this.#isStale = true
    if (!this.#isReading) void this.#readUntilTrue()
  }

  close(): void {
    this.#forget()
    this.#ended.abort()
  }

  async #readUntilTrue(): Promise<void> {
    const { signal: ended } = this.#ended
    this.#isReading = true
    while (this.#isStale && !ended.aborted) {
      this.#isStale = false
      const began = performance.now()
      await this.#read()
      await pause(Math.min(MOST_PAUSE_MS, 4 * (performance.now() - began)), ended)
    }
    this.#isReading = false
  }

  async #read(): Promise<void> {
    const { signal: ended } = this.#ended
    try {
      const now = entriesOf(await this.#worker.run('ls', this.#args, { signal: ended }))
      if (ended.aborted) return
      this.#entries.value = keepingOld(this.#entries.value, now)
      this.#state.value = 'ready'
    } catch (error) {
      if (!ended.aborted) this.#state.value = { error }
    }
  }
}

function pause(timeMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeMs)
    const onAbort = (): void => {
      clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

const MOST_PAUSE_MS = 4000
