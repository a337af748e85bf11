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

/** What `join` takes from words and an address, or why not yet. */
export function typedInvitation(
  words: string,
  address: string
): { readonly invitation: string } | { readonly problem: 'words' | 'address' } {
  const typed = wordsIn(words)
  if (typed.length !== WORDS) return { problem: 'words' }
  const addresses = address.split(/\s+/).filter((one) => one !== '')
  if (addresses.length === 0 || addresses.some((one) => !one.startsWith('/'))) return { problem: 'address' }
  return { invitation: [typed.join(' '), ...addresses].join('\n') }
}

/** Numbers and commas between them come along when somebody copies a list. */
function wordsIn(text: string): readonly string[] {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .split(/[\s,;.\d]+/u)
    .filter((word) => word !== '')
}
