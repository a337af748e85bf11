import { HoldfastError } from '../base/errors.ts'
import { utf8 } from '../base/bytes.ts'
import type { FileId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'

/** Throws NAME_NOT_ALLOWED for a name that some device of the vault could not keep. For names people give here. */
export function checkName(name: string): void {
  if (!isAllowed(name)) throw new HoldfastError('NAME_NOT_ALLOWED')
}

export function isAllowed(name: string): boolean {
  if (name === '' || LONE_SURROGATE.test(name) || FORBIDDEN.test(name)) return false
  if (TRAILING.test(name) || RESERVED.test(name)) return false
  return name.length * 3 <= LIMITS.nameBytes || utf8(name).length <= LIMITS.nameBytes
}

/**
 * The name under which something that arrived is shown: itself when every device can keep it, else one near it. A function
 * of the name and the file id alone, so the same everywhere; the outcome always passes `checkName`.
 */
export function projectName(name: string, file: FileId): string {
  if (isAllowed(name)) return name
  let shown = name
    .replace(LONE_SURROGATES, '_')
    .replace(FORBIDDENS, '_')
    .replace(TRAILING, (end) => '_'.repeat(end.length))
  if (shown === '') shown = '_'
  if (RESERVED.test(shown)) shown = `_${shown}`
  return utf8(shown).length <= LIMITS.nameBytes ? shown : withSuffix(shown, `~${file.slice(0, 8)}`)
}

/** Puts `suffix` before the extension, shortening the rest so that all fits. */
export function withSuffix(name: string, suffix: string): string {
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= LONGEST_EXTENSION ? name.slice(dot) : ''
  const room = LIMITS.nameBytes - utf8(suffix + extension).length
  return shortened(name.slice(0, name.length - extension.length), room) + suffix + extension
}

/**
 * Names that are equal under this key are one name on some file system: NFC, then full case folding by way of upper
 * case (which takes `ß` with `ss` and both small sigmas), independent of any locale.
 */
export function nameKey(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase()
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
}

/** At most `bytes` of UTF-8, whole characters. */
function shortened(text: string, bytes: number): string {
  if (utf8(text).length <= bytes) return text
  let out = ''
  let used = 0
  for (const character of text) {
    used += utf8(character).length
    if (used > bytes) break
    out += character
  }
  return out
}

/** Controls, separators of every path, marks that turn the direction of text (they disguise extensions), line separators, byte order mark. */
const FORBIDDEN_CLASS =
  '[\\u0000-\\u001f\\u007f-\\u009f/\\\\\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]'
const FORBIDDEN = new RegExp(FORBIDDEN_CLASS)
const FORBIDDENS = new RegExp(FORBIDDEN_CLASS, 'g')
/** Also takes `.` and `..`. Some systems drop these characters silently. */
const TRAILING = /[. ]+$/
/** Device names of Windows, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i
const LONE = '[\\uD800-\\uDBFF](?![\\uDC00-\\uDFFF])|(?<![\\uD800-\\uDBFF])[\\uDC00-\\uDFFF]'
const LONE_SURROGATE = new RegExp(LONE)
const LONE_SURROGATES = new RegExp(LONE, 'g')
const LONGEST_EXTENSION = 16
/** Printable ASCII, by far the most names. */
const ASCII = /^[ -~]*$/
