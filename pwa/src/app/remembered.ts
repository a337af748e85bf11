/** What this browser remembers beside the vault: choices and moments, never a name, a word or a key. Where nothing can be stored, nothing is remembered. */
export function recall(key: string): string | undefined {
  return attempt(() => localStorage.getItem(key)) ?? undefined
}

export function remember(key: string, value: string): void {
  attempt(() => localStorage.setItem(key, value))
}

export function forget(key: string): void {
  attempt(() => localStorage.removeItem(key))
}

function attempt<V>(what: () => V): V | undefined {
  try {
    return what()
  } catch {
    return undefined
  }
}
