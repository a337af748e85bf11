import { utf8 } from '../base/bytes.ts'
import { isAllowed, withSuffix } from '../index/names.ts'
import { utcSecond } from '../index/utc.ts'

/** Where the people of a conversation put what is no message. */
export const METADATA_NAME = 'metadata'
export const ATTACHMENTS_NAME = 'attachments'

/** What the name of a message says: when, by its writer's clock, and what its writer is called. Both are claims. */
export interface MessageName {
  /** `2026-11-20T14:05:09`, UTC. Two of them compare like their times. */
  readonly second: string
  readonly sender: string
}

/**
 * `2026-11-20T14:05:09-anna.md`, or `…-anna_2.md` where `isTaken`: `_` comes after `.`, so that what one device writes within
 * one second stands in its order. Two devices that pick the same name at once are told apart by the index (`anna (2)`), on
 * every device alike.
 *
 * A clock that is behind the newest message by no more than `CLOCKS_APART_MS` takes that one's second: an answer stands after
 * what it answers, and nobody can push everybody into the future.
 */
export function messageName(
  claimedMs: number,
  sender: string,
  { newest, isTaken }: { newest: string | undefined; isTaken: (name: string) => boolean }
): string {
  const own = utcSecond(claimedMs) ?? EPOCH
  const latest = utcSecond(claimedMs + CLOCKS_APART_MS) ?? own
  const second = newest !== undefined && newest > own && newest <= latest ? newest : own
  const stem = `${second}-${safePart(sender)}`
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${stem}.md` : `${stem}_${number}.md`
    if (!isTaken(name)) return name
  }
}

/** Undefined for a name that is no message's. */
export function readMessageName(name: string): MessageName | undefined {
  const match = MESSAGE.exec(name)
  return match === null ? undefined : { second: match[1]!, sender: match[2]! }
}

/** `timestamp-name-name`: what a conversation is called while nobody gave it a title. */
export function defaultTitle(claimedMs: number, names: readonly string[]): string {
  const parts = names.slice(0, NAMES_IN_TITLE).map(safePart)
  const more = names.length > NAMES_IN_TITLE ? ['and-others'] : []
  return [utcSecond(claimedMs) ?? EPOCH, ...parts, ...more].join('-')
}

/** A title as the name of a folder. */
export function titleName(title: string): string {
  const name = title
    .replace(NOT_IN_NAMES, '_')
    .replace(/[. ]+$/, '')
    .trim()
  const short = cut(name, TITLE_BYTES).replace(/[. ]+$/, '')
  return short !== '' && isAllowed(short) ? short : 'conversation'
}

/** A name beside others: itself, or `name_2.pdf` and so on. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 1, free = name; ; number++, free = withSuffix(name, `_${number}`)) if (!isTaken(free)) return free
}

/**
 * The name under which a message, or a conversation, is written to a disk: with `.` for the two `:` of its time, which FAT,
 * NTFS and network folders do not take and which macOS shows as `/`. Only these names, at these two places: everything else
 * keeps the name it has, since most disks take it and it must come back as it went.
 */
export function diskName(name: string): string {
  return TIMED.test(name) ? `${name.slice(0, 13)}.${name.slice(14, 16)}.${name.slice(17)}` : name
}

/** A user's name as a part of a file's name: no separators, nothing a shell or a disk takes amiss, not too long. */
function safePart(name: string): string {
  const safe = name
    .normalize('NFC')
    .replace(NOT_IN_NAMES, '_')
    .replace(/\s+/gu, '-')
    .replace(/[:*?"<>|]/g, '_')
  return cut(safe, SENDER_BYTES) || '_'
}

/** At most `bytes` of UTF-8, whole characters. */
export function cut(text: string, bytes: number): string {
  let out = ''
  let used = 0
  for (const character of text) {
    used += utf8(character).length
    if (used > bytes) break
    out += character
  }
  return out
}

/** Clocks of people who talk to each other are rarely further apart. */
const CLOCKS_APART_MS = 10 * 60_000
const EPOCH = '1970-01-01T00:00:00'
const NAMES_IN_TITLE = 4
const SENDER_BYTES = 128
const TITLE_BYTES = 200
const TIMED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:-|$)/
const MESSAGE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)-(.+)\.md$/s
/** Controls, separators of paths, formatting characters (direction, joiners, byte order mark), line separators, lone surrogates. */
const NOT_IN_NAMES = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}/\\]/gu
