import { forget, recall, remember } from '../../app/remembered.ts'

const KEY = 'holdfast.adding'

/**
 * While files are put in: the browser asks before it leaves the page, and remembers how many there are, never which, for the next start.
 * Ended by the returned function.
 */
export function holdPage(files: number): () => void {
  const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
  addEventListener('beforeunload', ask)
  remember(KEY, String(files))
  return () => {
    removeEventListener('beforeunload', ask)
    forget(KEY)
  }
}

/** How many files were being put in when the page ended before they all were; told once. 0: none. Only while none are put in now. */
export function takeCutShort(): number {
  const files = Number(recall(KEY) ?? 0)
  forget(KEY)
  return Number.isSafeInteger(files) && files > 0 ? files : 0
}
