import { vaultPath } from '@holdfast/core/operations/arguments'

/** The names of a path. Throws USAGE. */
export const pathOf = vaultPath

/** The names of a path that a person gave, whatever they are. */
export function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '')
}

export function textOf(path: readonly string[]): string {
  return `/${path.join('/')}`
}
