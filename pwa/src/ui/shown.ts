/**
 * Text that somebody else wrote (a name of a file, a device, a person) made safe to look at: nothing in it hides, reorders what
 * stands beside it or breaks the line; what is taken out is shown as `\u202e`. Joiners that scripts and pictures need stay.
 */
export function shown(text: string): string {
  return text.replace(UNSAFE, (character, at: number) =>
    isJoiner(character, text, at) ? character : escaped(character)
  )
}

/** Control, format (bidi, zero width, tags), line and paragraph separators, surrogates without a partner, private use. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu

/** Scripts written with U+200C and U+200D, and pictures made of several. Between Latin letters they only serve to deceive. */
const BEFORE =
  /^[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Telugu}\p{Script=Sinhala}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Khmer}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u
const AFTER =
  /^[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Telugu}\p{Script=Sinhala}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Khmer}\p{Extended_Pictographic}]/u

function isJoiner(character: string, text: string, at: number): boolean {
  if (character !== '\u200c' && character !== '\u200d') return false
  // The whole character before it: Chromium 156 does not find one of two units before the end of a text by `[...]$`.
  const before = Array.from(text.slice(Math.max(0, at - 2), at)).at(-1) ?? ''
  return BEFORE.test(before) && AFTER.test(text.slice(at + 1, at + 3))
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
}
