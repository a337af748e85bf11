export type Level = 'empty' | 'short' | 'common' | 'weak' | 'fair' | 'good' | 'strong'

/** Characters below which nothing is accepted. */
export const LEAST_CHARACTERS = 8

/** How hard a passphrase is to guess, as far as its length and its words tell. A hint, no proof. */
export function strengthOf(passphrase: string): Level {
  const length = Array.from(passphrase).length
  if (length === 0) return 'empty'
  if (length < LEAST_CHARACTERS) return 'short'
  if (isCommon(passphrase)) return 'common'
  const bits = bitsOfWords(passphrase) ?? bitsOfCharacters(passphrase)
  if (bits < TRIVIAL_BITS) return 'common'
  return BOUNDS.find(([, least]) => bits >= least)?.[0] ?? 'weak'
}

export function isAccepted(level: Level): boolean {
  return level !== 'empty' && level !== 'short' && level !== 'common'
}

const BOUNDS: readonly (readonly [Level, number])[] = [
  ['strong', 60],
  ['good', 44],
  ['fair', 33]
]
const TRIVIAL_BITS = 15

/** A word that somebody thinks of, rather than one drawn from a list, is worth about this much. */
const BITS_A_WORD = 11
/** Characters that somebody thinks of are far from random. */
const SHARE_OF_RANDOM = 0.6

/** Undefined where it is not made of words. */
function bitsOfWords(passphrase: string): number | undefined {
  const parts = passphrase
    .toLowerCase()
    .split(/[\s\-_.,]+/u)
    .filter((part) => part !== '')
  if (parts.length < 2 || parts.some((part) => !/^\p{L}{3,}$/u.test(part))) return undefined
  return new Set(parts).size * BITS_A_WORD
}

function bitsOfCharacters(passphrase: string): number {
  const characters = Array.from(passphrase)
  // One that repeats the one before it, or follows it in a row like abc or 321, adds next to nothing.
  const counted = characters.filter((character, at) => at === 0 || !isNext(characters[at - 1]!, character))
  const size = ALPHABETS.reduce((sum, [pattern, count]) => sum + (pattern.test(passphrase) ? count : 0), 0)
  const fresh = Math.min(counted.length, new Set(characters).size * 2)
  return fresh * Math.log2(Math.max(2, size)) * SHARE_OF_RANDOM
}

function isNext(before: string, character: string): boolean {
  return Math.abs(before.codePointAt(0)! - character.codePointAt(0)!) <= 1
}

const ALPHABETS: readonly (readonly [RegExp, number])[] = [
  [/\p{Ll}/u, 26],
  [/\p{Lu}/u, 26],
  [/\p{Nd}/u, 10],
  [/\p{Lo}/u, 100],
  [/[^\p{L}\p{Nd}]/u, 25]
]

function isCommon(passphrase: string): boolean {
  const core = passphrase
    .toLowerCase()
    .replace(/[^\p{L}]+$/u, '')
    .replace(/^[^\p{L}]+/u, '')
    .replaceAll('0', 'o')
    .replaceAll('1', 'i')
    .replaceAll('3', 'e')
    .replaceAll('@', 'a')
    .replaceAll('$', 's')
  return COMMON.has(core)
}

/** What stands at the head of every list of stolen passwords, without the digits people put around it. */
const COMMON: ReadonlySet<string> = new Set(
  'password passwort passphrase qwerty qwertz qwertyuiop qwertzuiop asdfghjkl azertyuiop letmein iloveyou welcome admin administrator sunshine princess football baseball superman batman dragon monkey master trustno shadow michael jennifer holdfast secret geheim abcdefgh changeme default whatever starwars'.split(
    ' '
  )
)
