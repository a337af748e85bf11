/** The items in order, in runs of at most so many bytes; an item that has more by itself is a run of its own. */
export function cutBySize<T>(items: readonly T[], sizeOf: (item: T) => number, mostBytes: number): T[][] {
  const runs: T[][] = []
  let bytes = Infinity
  for (const item of items) {
    const size = sizeOf(item)
    if (bytes + size > mostBytes) {
      runs.push([])
      bytes = 0
    }
    runs.at(-1)!.push(item)
    bytes += size
  }
  return runs
}
