import { forget, recall, remember } from './remembered.ts'

/** What this browser remembers of the recovery kit: never a word of it, only whether somebody proved to have kept it. */
export type KitMemory =
  | { readonly state: 'proved'; readonly atMs: number }
  | { readonly state: 'unproved' }
  /** It was made on another device. */
  | { readonly state: 'elsewhere' }

const KEY = 'holdfast.kit'

export function kitMemory(): KitMemory {
  const stored = recall(KEY)
  if (stored === undefined) return { state: 'elsewhere' }
  const atMs = Number(stored)
  return stored !== '' && Number.isFinite(atMs) && atMs > 0 ? { state: 'proved', atMs } : { state: 'unproved' }
}

export function kitMade(): void {
  remember(KEY, 'unproved')
}

export function kitProved(atMs: number): void {
  remember(KEY, String(atMs))
}

export function forgetKit(): void {
  forget(KEY)
}
