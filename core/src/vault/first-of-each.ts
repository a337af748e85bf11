import type { Intent } from '../index/edits.ts'

/**
 * Whether none of these keys was written to by what the entry has already, and if so notes them: a file and its conflict copies are values
 * of one key, of which an entry can write one.
 */
export function isFirstOfEach(intents: readonly Intent[], keys: Set<string>): boolean {
  if (intents.some(({ key }) => keys.has(key))) return false
  for (const { key } of intents) keys.add(key)
  return true
}
