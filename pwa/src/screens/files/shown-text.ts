/**
 * Text from a vault or a peer as it may stand in a page: what would turn the direction of text, hide itself or stand for a control is shown as
 * `\u202e`. Joiners between two visible characters stay: many languages write with them.
 */
export function shownText(text: string): string {
  return text.replace(UNSAFE, (character: string, at: number) =>
    isJoiner(character) && VISIBLE.test(before(text, at)) && VISIBLE.test(text.slice(at + 1, at + 3))
      ? character
      : escaped(character)
  )
}

/** A path of a vault, each name made safe. */
export function shownPath(path: string): string {
  return shownText(path)
}

const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu
const VISIBLE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Zs}]/u

function isJoiner(character: string): boolean {
  return character === '\u200c' || character === '\u200d'
}

/** The whole character before a place. */
function before(text: string, at: number): string {
  const half = text.charCodeAt(at - 1)
  return half >= 0xdc00 && half <= 0xdfff ? text.slice(at - 2, at) : text.slice(Math.max(0, at - 1), at)
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
}
