import type { FileEntry } from './file-entry.ts'

/**
 * Finds entries by words in their names, blind to case and accents. Made once for a list: what is compared is worked out once a name, so that
 * each letter typed costs one look over the list.
 */
export class NameSearch {
  readonly #entries: readonly FileEntry[]
  readonly #foldedNames: string[]

  constructor(entries: readonly FileEntry[]) {
    this.#entries = entries
    this.#foldedNames = entries.map(({ name }) => folded(name))
  }

  /** In the order they stand in. All of them where nothing is asked for. */
  find(query: string): readonly FileEntry[] {
    const words = folded(query)
      .split(/\s+/u)
      .filter((word) => word !== '')
    if (words.length === 0) return this.#entries
    return this.#entries.filter((_, i) => words.every((word) => this.#foldedNames[i]!.includes(word)))
  }
}

const ASCII = /^[ -~]*$/

function folded(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
