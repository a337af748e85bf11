import { isForBrowsers } from '@holdfast/core/base/browser-address'

/** How every pairing link begins. What follows only the worker reads. */
const PREFIX = 'holdfast:pair/'
const WORDS = 12

/** The pairing link in a text that was scanned or pasted, blanks and line breaks of messengers taken out; or undefined. */
export function linkIn(text: string): string | undefined {
  const at = text.indexOf(PREFIX)
  if (at < 0) return undefined
  const rest = text.slice(at + PREFIX.length).replace(/\s+/g, '')
  const body = /^[\w-]+/.exec(rest)?.[0]
  return body === undefined ? undefined : PREFIX + body
}

/** How many words stand in a text. */
export function countWords(text: string): number {
  return wordsIn(text).length
}

/** What `join` takes from words and addresses, or why not yet: `browser` when no browser can use any of the addresses. */
export function typedInvitation(
  words: string,
  address: string
): { readonly invitation: string } | { readonly problem: 'words' | 'address' | 'browser' } {
  const typed = wordsIn(words)
  if (typed.length !== WORDS) return { problem: 'words' }
  const addresses = address.split(/[\s,;]+/).filter((one) => !AROUND.has(one))
  if (addresses.length === 0 || addresses.some((one) => !one.startsWith('/'))) return { problem: 'address' }
  const usable = addresses.filter(isForBrowsers)
  return usable.length === 0 ? { problem: 'browser' } : { invitation: [typed.join(' '), ...usable].join('\n') }
}

/** What comes along with addresses that are copied from a command line. */
const AROUND: ReadonlySet<string> = new Set(['', '--at', '\\'])

/** Numbers and commas between them come along when somebody copies a list. */
export function wordsIn(text: string): readonly string[] {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .split(/[\s,;.\d]+/u)
    .filter((word) => word !== '')
}
