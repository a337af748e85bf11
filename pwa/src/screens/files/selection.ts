/** What is selected in a list, and from where a range is drawn. Never changed, only replaced. */
export interface Selection {
  readonly paths: ReadonlySet<string>
  /** Where the next range begins. */
  readonly anchor: string | undefined
}

export const NOTHING: Selection = { paths: new Set(), anchor: undefined }

export function toggled({ paths }: Selection, path: string): Selection {
  const next = new Set(paths)
  if (!next.delete(path)) next.add(path)
  return { paths: next, anchor: path }
}

/** From the anchor to `path` in the order of the list, in place of what was selected; the anchor stays. */
export function rangeTo({ anchor }: Selection, path: string, list: readonly { readonly path: string }[]): Selection {
  const to = list.findIndex((entry) => entry.path === path)
  const found = list.findIndex((entry) => entry.path === anchor)
  const from = found < 0 ? to : found
  if (to < 0) return { paths: new Set(), anchor }
  const range = list.slice(Math.min(from, to), Math.max(from, to) + 1)
  return { paths: new Set(range.map((entry) => entry.path)), anchor: list[from]!.path }
}

export function everything(list: readonly { readonly path: string }[]): Selection {
  return { paths: new Set(list.map(({ path }) => path)), anchor: list[0]?.path }
}

/** Without what is not in the list any more; the very same where all of it is. */
export function stillThere(selection: Selection, list: readonly { readonly path: string }[]): Selection {
  if (selection.paths.size === 0) return selection
  const there = new Set(list.map(({ path }) => path))
  const paths = [...selection.paths].filter((path) => there.has(path))
  if (paths.length === selection.paths.size) return selection
  return { paths: new Set(paths), anchor: there.has(selection.anchor ?? '') ? selection.anchor : undefined }
}
