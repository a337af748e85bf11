import type { FileEntry } from './file-entry.ts'

/** Where a file is, in the four words the list shows; `nowhere`: with nobody who is known to have all of it or answers. */
export type Mark = 'here' | 'only-here' | 'elsewhere' | 'arriving' | 'nowhere'

/** Undefined for what has no content of its own. */
export function markOf(entry: FileEntry): Mark | undefined {
  switch (entry.state) {
    case 'here':
      return entry.copies.length <= 1 ? 'only-here' : 'here'
    case 'relay':
      return 'elsewhere'
    case 'arriving':
      return 'arriving'
    case 'nowhere':
      return 'nowhere'
    case undefined:
      return undefined
  }
}

/** One copy is known, wherever it is: said in amber. */
export function couldDie(entry: FileEntry): boolean {
  return entry.state !== undefined && entry.copies.length === 1
}
