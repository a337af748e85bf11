export interface ListPlace {
  readonly at: number
  readonly count: number
  readonly columns: number
  /** Rows in view. */
  readonly page: number
}

/** Where a key leads in a list of cells, row by row; undefined for keys that lead nowhere. */
export function stepFor(
  { key, ctrlKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey'>,
  { at, count, columns, page }: ListPlace
): number | undefined {
  const last = count - 1
  if (last < 0) return undefined
  const rowStart = at - (at % columns)
  switch (key) {
    case 'ArrowDown':
      // Into a last row that is shorter, too.
      return at + columns <= last ? at + columns : rowStart + columns <= last ? last : at
    case 'ArrowUp':
      return at - columns >= 0 ? at - columns : at
    case 'ArrowRight':
      return columns === 1 ? undefined : Math.min(last, at + 1)
    case 'ArrowLeft':
      return columns === 1 ? undefined : Math.max(0, at - 1)
    case 'Home':
      return columns === 1 || ctrlKey ? 0 : rowStart
    case 'End':
      return columns === 1 || ctrlKey ? last : Math.min(last, rowStart + columns - 1)
    case 'PageDown':
      return Math.min(last, at + page * columns)
    case 'PageUp':
      return Math.max(0, at - page * columns)
    default:
      return undefined
  }
}
