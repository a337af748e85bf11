/** At most `max` values by text key; the one unused for longest goes first. */
export class LruCache<V> {
  readonly #max: number
  readonly #values = new Map<string, V>()

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#values.size
  }

  /** The value of `key`, made when it is not here. */
  get(key: string, make: () => V): V {
    let value = this.#values.get(key)
    if (value === undefined) value = make()
    else this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size > this.#max) this.#values.delete(this.#values.keys().next().value!)
    return value
  }
}
