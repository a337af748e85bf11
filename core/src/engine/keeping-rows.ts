import { asArray, asUint, asVersion, decode, encode } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { FileId, ObjectId, VaultId } from '../base/ids.ts'
import type { KvStore } from '../ports/kv-store.ts'

/** A file or folder of a vault, or all of it. */
export type Keep = FileId | 'all'

const KEPT = 'keep/file/'
const USED = 'keep/used/'
const ROW_BYTES = 32
const ROW = encode([1])

/** What a person wants kept on this device, and which objects were read last: rows of this device alone, which no peer ever sees. */
export class KeepingRows {
  readonly #kv: KvStore
  readonly #kept: Map<VaultId, Set<Keep>>
  /** In the order of their last use, as far as it is known: the number of the opening of this home in which they were read. */
  readonly #used: Map<string, number>
  readonly #opening: number

  static async load(kv: KvStore): Promise<KeepingRows> {
    const kept = new Map<VaultId, Set<Keep>>()
    for await (const [key] of rowsOf(kv, KEPT)) {
      const [vault, id] = key.split('/') as [VaultId, Keep]
      kept.set(vault, (kept.get(vault) ?? new Set()).add(id))
    }
    const used: [string, number][] = []
    for await (const [key, value] of rowsOf(kv, USED)) used.push([key, numberIn(value)])
    return new KeepingRows(kv, kept, used)
  }

  private constructor(kv: KvStore, kept: Map<VaultId, Set<Keep>>, used: [string, number][]) {
    this.#kv = kv
    this.#kept = kept
    this.#used = new Map(used.sort(([, a], [, b]) => a - b))
    this.#opening = (used.at(-1)?.[1] ?? 0) + 1
  }

  kept(): ReadonlyMap<VaultId, ReadonlySet<Keep>> {
    return this.#kept
  }

  async keep(vault: VaultId, id: Keep, isKept: boolean): Promise<void> {
    const key = `${KEPT}${vault}/${id}`
    await this.#kv.write([isKept ? { put: key, value: ROW } : { del: key }])
    const ids = this.#kept.get(vault) ?? new Set()
    if (isKept) this.#kept.set(vault, ids.add(id))
    else ids.delete(id)
  }

  /** Written once for each object and opening: within one opening the order is remembered only. */
  async touch(vault: VaultId, object: ObjectId): Promise<void> {
    const key = `${vault}/${object}`
    const isNew = this.#used.get(key) !== this.#opening
    this.#used.delete(key)
    this.#used.set(key, this.#opening)
    if (isNew) await this.#kv.write([{ put: USED + key, value: encode([1, this.#opening]) }])
  }

  async forget(objects: readonly { readonly vault: VaultId; readonly object: ObjectId }[]): Promise<void> {
    const keys = objects.map(({ vault, object }) => `${vault}/${object}`).filter((key) => this.#used.delete(key))
    if (keys.length > 0) await this.#kv.write(keys.map((key) => ({ del: USED + key })))
  }

  /** Higher was used later; what was never read comes first. */
  order(): (vault: VaultId, object: ObjectId) => number {
    const places = new Map([...this.#used.keys()].map((key, at) => [key, at]))
    return (vault, object) => places.get(`${vault}/${object}`) ?? -1
  }
}

/** A damaged row is as good as none: it costs a download at most. */
async function* rowsOf(kv: KvStore, prefix: string): AsyncGenerator<readonly [string, Uint8Array]> {
  const range = { gte: prefix, lt: `${prefix.slice(0, -1)}0`, onDamaged: () => undefined }
  for await (const [key, value] of kv.range(range)) yield [key.slice(prefix.length), value]
}

function numberIn(value: Uint8Array): number {
  try {
    const [version, opening] = asArray(decode(value, ROW_BYTES), 2)
    asVersion(version, 1)
    return asUint(opening)
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return 0
  }
}
