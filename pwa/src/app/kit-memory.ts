/** What this browser remembers of the recovery kit: never a word of it, only whether somebody proved to have kept it. */
export type KitMemory =
  | { readonly state: 'proved'; readonly atMs: number }
  | { readonly state: 'unproved' }
  /** It was made on another device. */
  | { readonly state: 'elsewhere' }

const KEY = 'holdfast.kit'

export function kitMemory(): KitMemory {
  const stored = attempt(() => localStorage.getItem(KEY)) ?? null
  if (stored === null) return { state: 'elsewhere' }
  const atMs = Number(stored)
  return stored !== '' && Number.isFinite(atMs) && atMs > 0 ? { state: 'proved', atMs } : { state: 'unproved' }
}

export function kitMade(): void {
  attempt(() => localStorage.setItem(KEY, 'unproved'))
}

export function kitProved(atMs: number): void {
  attempt(() => localStorage.setItem(KEY, String(atMs)))
}

export function forgetKit(): void {
  attempt(() => localStorage.removeItem(KEY))
}

/** Where nothing can be stored, nothing is remembered. */
function attempt<V>(what: () => V): V | undefined {
  try {
    return what()
  } catch {
    return undefined
  }
}
