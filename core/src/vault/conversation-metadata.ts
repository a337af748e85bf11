import { fromUtf8, utf8 } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import { ID_BYTES, idFromHex } from '../base/ids.ts'
import type { AccountId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { cut } from './conversation-names.ts'

/**
 * What the file `metadata` of a conversation says (FORMAT.md 8.3): its title, whom its writer meant, anything else
 * in headers. Who may read and write is decided by the log alone. All of it is hostile text.
 */
export interface Metadata {
  readonly title: string
  readonly members: readonly { readonly account: AccountId; readonly name: string }[]
  /** Lower-case name to value; those that this version does not know are kept. */
  readonly headers: ReadonlyMap<string, string>
}

/** Throws MALFORMED for what could not be read again, TOO_LARGE. */
export function encodeMetadata({ title, members, headers }: Metadata): Uint8Array {
  const lines = [
    FIRST_LINE,
    `title: ${title}`,
    ...members.map(({ account, name }) => `member: ${account} ${name}`),
    ...[...headers].map(([name, value]) => `${name}: ${value}`)
  ]
  const bytes = utf8(`${lines.join('\n')}\n`)
  decodeMetadata(bytes)
  return bytes
}

/** Throws TOO_LARGE, UNSUPPORTED_VERSION or MALFORMED. */
export function decodeMetadata(bytes: Uint8Array): Metadata {
  if (bytes.length > LIMITS.metadataBytes) throw new HoldfastError('TOO_LARGE')
  const [first, ...lines] = textOf(bytes).split('\n')
  if (first !== FIRST_LINE) throw new HoldfastError('UNSUPPORTED_VERSION')
  if (lines.pop() !== '') throw malformed('a line that does not end')
  let title: string | undefined
  const members = new Map<AccountId, string>()
  const headers = new Map<string, string>()
  for (const line of lines) {
    const { key, value } = readLine(line)
    if (key === 'title') title = once(title, value)
    else if (key === 'member') {
      const { account, name } = readMember(value)
      if (members.has(account)) throw malformed('a member named twice')
      members.set(account, name)
    } else if (headers.has(key)) throw malformed('a header named twice')
    else headers.set(key, value)
  }
  if (title === undefined) throw malformed('no title')
  if (members.size > LIMITS.metadataMembers || headers.size > LIMITS.metadataHeaders) throw malformed('too much')
  return { title, members: [...members].map(([account, name]) => ({ account, name })), headers }
}

/** A value that `metadata` can keep: characters that it has no place for become `_`, and it is not too long. */
export function metadataText(text: string): string {
  const value = cut(text.replace(NOT_IN_LINES_ALL, '_').trim(), LIMITS.metadataLineBytes).trim()
  return value === '' ? '_' : value
}

function readLine(line: string): { key: string; value: string } {
  const match = LINE.exec(line)
  if (match === null) throw malformed('a line without a name')
  const [, key, value] = match as unknown as [string, string, string]
  if (NOT_IN_LINES.test(value) || value !== value.trim() || utf8(value).length > LIMITS.metadataLineBytes)
    throw malformed('a value that no line holds')
  return { key, value }
}

function readMember(value: string): { account: AccountId; name: string } {
  const hex = value.slice(0, ID_BYTES * 2)
  const name = value.slice(ID_BYTES * 2 + 1)
  if (value[ID_BYTES * 2] !== ' ' || name === '') throw malformed('a member without a name')
  return { account: idFromHex<AccountId>(hex), name }
}

function once(before: string | undefined, value: string): string {
  if (before !== undefined) throw malformed('two titles')
  return value
}

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes)
  } catch {
    throw malformed('no text')
  }
}

function malformed(detail: string): HoldfastError {
  return new HoldfastError('MALFORMED', detail)
}

const FIRST_LINE = 'holdfast-conversation 1'
const LINE = /^([a-z][a-z0-9-]{0,31}): (.+)$/s
/** Controls, marks that turn the direction of text or hide in it, line separators. */
const NOT_IN_LINES_CLASS = '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]'
const NOT_IN_LINES = new RegExp(NOT_IN_LINES_CLASS, 'u')
const NOT_IN_LINES_ALL = new RegExp(NOT_IN_LINES_CLASS, 'gu')
