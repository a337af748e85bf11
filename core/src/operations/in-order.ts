/** Makes something of each item, several at once, and hands the outcomes on in the order of the items. */
export async function inOrder<T, R>(
  items: readonly T[],
  atOnce: number,
  make: (item: T) => Promise<R>,
  take: (made: R) => Promise<void>
): Promise<void> {
  const running: Promise<R>[] = []
  let next = 0
  while (next < items.length || running.length > 0) {
    while (next < items.length && running.length < atOnce) {
      const made = make(items[next++]!)
      made.catch(() => undefined) // thrown when its turn comes
      running.push(made)
    }
    await take(await running.shift()!)
  }
}
