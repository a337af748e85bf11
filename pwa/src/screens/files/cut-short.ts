const KEY = 'holdfast.adding'

/**
 * While files are put in: the browser asks before it leaves the page, and remembers how many there are, never which, for the next start.
 * Ended by the returned function.
 */
export function holdPage(files: number): () => void {
  const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
  addEventListener('beforeunload', ask)
  attempt(() => localStorage.setItem(KEY, String(files)))
  return () => {
    removeEventListener('beforeunload', ask)
    attempt(() => localStorage.removeItem(KEY))
  }
}

/** How many files were being put in when the page ended before they all were; told once. 0: none. Only while none are put in now. */
export function takeCutShort(): number {
  const files = Number(attempt(() => localStorage.getItem(KEY)) ?? 0)
  attempt(() => localStorage.removeItem(KEY))
  return Number.isSafeInteger(files) && files > 0 ? files : 0
}

/** Where nothing can be stored, nothing is remembered. */
function attempt<V>(what: () => V): V | undefined {
  try {
    return what()
  } catch {
    return undefined
  }
}
