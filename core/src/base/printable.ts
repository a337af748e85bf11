/**
 * Text that came from a peer, a file name or a vault, made safe to look at: nothing in it can move the cursor, recolour
 * the screen, hide itself, or reorder what stands beside it. What is escaped is shown as `\x1b` or `\u202e`.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped)
}

/** A path of a vault as people read it: each name made safe, `/` in front. */
export function printablePath(path: readonly string[]): string {
  return `/${path.map(printable).join('/')}`
}

/** Control, format (bidi, zero width, tags), line and paragraph separators, surrogates without a partner, private use. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\\]/gu

function escaped(character: string): string {
  if (character === '\\') return '\\\\'
  const code = character.codePointAt(0)!
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
}
