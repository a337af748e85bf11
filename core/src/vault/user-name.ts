import { utf8 } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import type { FileId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { isAllowed, projectName } from '../index/names.ts'

/**
 * What a person is called: 1 to 64 characters that can stand in a file name and that look like what they are. Nobody
 * else's device takes another one (FORMAT.md, section 8).
 */
export function isUserName(name: string): boolean {
  return (
    isAllowed(name) &&
    name === name.normalize('NFC') &&
    !UNSEEN.test(name) &&
    !/^\s|\s$/.test(name) &&
    Array.from(name).length <= LIMITS.userNameCharacters &&
    utf8(name).length <= LIMITS.userNameBytes
  )
}

/** Throws NAME_NOT_ALLOWED. */
export function checkUserName(name: string): string {
  const normal = name.normalize('NFC')
  if (!isUserName(normal)) throw new HoldfastError('NAME_NOT_ALLOWED', 'This name cannot stand in a contact card.')
  return normal
}

/** A user name near to what a device is called, for somebody who has not chosen one. */
export function userNameFrom(text: string): string {
  const shown = projectName(text.normalize('NFC').replace(UNSEENS, '').trim(), NOBODY)
  let name = ''
  for (const character of shown) {
    const longer = name + character
    if (Array.from(longer).length > LIMITS.userNameCharacters || utf8(longer).length > LIMITS.userNameBytes) break
    name = longer
  }
  name = name.trim()
  return isUserName(name) ? name : 'somebody'
}

/** Characters that nobody sees: two names that differ only in them look the same. */
const UNSEEN_CLASS = '[\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u2060-\\u2065\\u3164\\uffa0]'
const UNSEEN = new RegExp(UNSEEN_CLASS)
const UNSEENS = new RegExp(UNSEEN_CLASS, 'g')
const NOBODY = '0'.repeat(32) as FileId
