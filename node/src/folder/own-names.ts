import { nameKey } from '@holdfast/core/index/names'

/** Names in the root of a folder kept in step that are this program's own: never synced. */
export const MARKER = '.holdfast-folder'
export const TRASH = '.holdfast-trash'
export const TEMPORARY = '.holdfast-tmp'
/** In any folder, with rules as git knows them; synced like every file. */
export const IGNORE = '.holdfastignore'

export const OWN_NAMES: ReadonlySet<string> = new Set([MARKER, TRASH, TEMPORARY])

/** Whether some file system takes a name for one of those: no vault may put anything there. */
export function isOwnName(name: string): boolean {
  return OWN_NAMES.has(nameKey(name))
}
