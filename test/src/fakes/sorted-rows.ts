/** Rows ordered by key (UTF-16 code units), the values never changed in place. */
export class SortedRows {
  readonly #values = new Map<string, Uint8Array>()
  readonly #keys: string[] = []

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: Uint8Array): void {
    if (!this.#values.has(key)) this.#keys.splice(this.#placeOf(key), 0, key)
    this.#values.set(key, value)
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#keys.splice(this.#placeOf(key), 1)
  }

  /** The rows from `gte` up to and without `lt`, as they are now. */
  between(gte: string, lt: string): (readonly [key: string, value: Uint8Array])[] {
    return this.#keys.slice(this.#placeOf(gte), this.#placeOf(lt)).map((key) => [key, this.#values.get(key)!] as const)
  }

  all(): (readonly [key: string, value: Uint8Array])[] {
    return this.#keys.map((key) => [key, this.#values.get(key)!] as const)
  }

  /** How many keys are smaller than `key`. */
  #placeOf(key: string): number {
    let from = 0
    let to = this.#keys.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.#keys[middle]! < key) from = middle + 1
      else to = middle
    }
    return from
  }
}
