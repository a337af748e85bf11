import { vaultPath } from '@holdfast/core/operations/arguments'

/** The names of a path. Throws USAGE. */
export const pathOf = vaultPath

export function textOf(path: readonly string[]): string {
  return `/${path.join('/')}`
}
