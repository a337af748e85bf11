import type { FileId } from '../base/ids.ts'
import { extraKey, fileOfKey } from './keys.ts'

/** Where small extras have been seen, by name: looking through every key of a large vault for them would take long. */
export class ExtraPlaces {
  readonly #byName = new Map<string, Set<FileId>>()

  /** Any key that has passed `parseKey`; only those of extras are noted. */
  note(key: string): void {
    if (!key.startsWith('n/')) return
    const file = fileOfKey(key)
    const name = key.slice(extraKey(file, '').length)
    const files = this.#byName.get(name)
    if (files === undefined) this.#byName.set(name, new Set([file]))
    else files.add(file)
  }

  /** Ascending. Some may hold nothing any more. */
  of(name: string): FileId[] {
    return [...(this.#byName.get(name) ?? [])].sort()
  }
}
