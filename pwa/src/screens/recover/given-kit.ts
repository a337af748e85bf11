import type { GivenKit } from '../../bridge/vault-worker.ts'
import { wordsIn } from '../pair/invitation.ts'

const BEGINNING = 'holdfast recovery kit'
const WORDS = 24

/** The text of a kit in what was typed, pasted or read from a file; of words alone a kit that names no relay. Undefined: it is neither. */
export function kitIn(text: string): string | undefined {
  const at = text.indexOf(BEGINNING)
  if (at >= 0) return text.slice(at)
  const words = wordsIn(text)
  return words.length === WORDS ? `${BEGINNING} 1\n${words.join(' ')}\n` : undefined
}

/** What is typed on the screen, as the worker takes it; or what is still missing. */
export function givenKit(
  text: string,
  relays: string
): { readonly kit: GivenKit } | { readonly problem: 'words' | 'relay' } {
  const kit = kitIn(text)
  if (kit === undefined) return { problem: 'words' }
  return namesRelay(kit) || relays.trim() !== '' ? { kit: { text: kit, relays } } : { problem: 'relay' }
}

/** Whether a kit says itself where to ask. */
export function namesRelay(kit: string): boolean {
  return kit.includes(BEGINNING) && /^\s*relay\s+[0-9a-f]{64}\s+\//m.test(kit)
}

/** A kit with further lines of relays. */
export function withLines(kit: string, lines: readonly string[]): string {
  return `${[kit.trimEnd(), ...lines].join('\n')}\n`
}
