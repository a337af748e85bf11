import { asArray, asUint, asVersion, decode, encode } from '@holdfast/core/base/codec'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { KvStore } from '@holdfast/core/ports/kv-store'

const PREFIX = 'folder/held/'
const ROW_BYTES = 32
/** Deletions that come one after the other, as a slow `rm -r` does them, are one: so long is looked back … */
const WINDOW_MS = 600_000
/** … and of each so long only the number is kept. */
const TOGETHER_MS = 1000

/**
 * How many files were deleted in a folder a moment ago, on either side, and whether more of it waits for a person: that it waits outlasts
 * the moment, and this process.
 */
export class RecentDeletions {
  readonly #kv: KvStore
  readonly #key: string
  #done: { readonly atMs: number; files: number }[] = []
  /** How many had been deleted when the rest was held; undefined: nothing is held. */
  #held: number | undefined

  private constructor(kv: KvStore, key: string, held: number | undefined) {
    this.#kv = kv
    this.#key = key
    this.#held = held
  }

  static async load(kv: KvStore, folder: string): Promise<RecentDeletions> {
    const key = PREFIX + folder
    return new RecentDeletions(kv, key, await kv.get(key).then(readRow, () => 0))
  }

  get isHeld(): boolean {
    return this.#held !== undefined
  }

  /** `nowMs` of a clock that never jumps. */
  count(nowMs: number): number {
    if (this.#held !== undefined) return this.#held
    this.#done = this.#done.filter(({ atMs }) => nowMs - atMs < WINDOW_MS)
    return this.#done.reduce((sum, { files }) => sum + files, 0)
  }

  add(files: number, nowMs: number): void {
    if (files === 0) return
    const last = this.#done.at(-1)
    if (last !== undefined && nowMs - last.atMs < TOGETHER_MS) last.files += files
    else this.#done.push({ atMs: nowMs, files })
  }

  /** From now on a person has to say that they are meant. Durable when this resolves. */
  async hold(nowMs: number): Promise<void> {
    if (this.#held !== undefined) return
    const before = this.count(nowMs)
    await this.#kv.write([{ put: this.#key, value: encode([1, before]) }])
    this.#held = before
  }

  /** What was held is there again. */
  async release(): Promise<void> {
    if (this.#held === undefined) return
    await this.#kv.write([{ del: this.#key }])
    this.#held = undefined
  }

  /** A person has said that they are meant. */
  async clear(): Promise<void> {
    await this.release()
    this.#done = []
  }
}

/** A row that cannot be read still says that something was held. */
function readRow(value: Uint8Array | undefined): number | undefined {
  if (value === undefined) return undefined
  try {
    const [version, before] = asArray(decode(value, ROW_BYTES), 2)
    asVersion(version, 1)
    return asUint(before)
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return 0
  }
}
