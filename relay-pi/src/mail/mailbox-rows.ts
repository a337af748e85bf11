import { asArray, asId, asUint, asVersion, decode, encode, idValue } from '@holdfast/core/base/codec'
import type { AccountId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { KvChange } from '@holdfast/core/ports/kv-store'
import type { EnvelopeId } from '@holdfast/core/sync/wire/envelope-bytes'
import type { WaitingEnvelope } from '@holdfast/core/sync/wire/mail-messages'

export interface WaitingRow extends WaitingEnvelope {
  /** On which it arrived, in days of the relay's running. */
  readonly day: number
}

/**
 * The rows of mailboxes. An envelope has three: what the list shows, by arrival; its bytes, by arrival too; and the number
 * it arrived under, by its id.
 */
export const mailRows = {
  waiting: (account: AccountId, number = 0): string => `mail/${account}/${inOrder(number)}`,
  body: (account: AccountId, number: number): string => `mail-body/${account}/${inOrder(number)}`,
  id: (account: AccountId, id: EnvelopeId): string => `mail-id/${account}/${id}`,
  next: (account: AccountId): string => `mail-next/${account}`
}

/** Rows of one account that lists show, from after this number. */
export function waitingRange(account: AccountId, after = 0): { gte: string; lt: string } {
  return { gte: mailRows.waiting(account, after + 1), lt: `mail/${account}0` }
}

/** Of all accounts. */
export const ALL_WAITING = { gte: 'mail/', lt: 'mail0' }

export function accountOfRow(key: string): AccountId {
  return key.split('/')[1] as AccountId
}

export function putEnvelope(account: AccountId, row: WaitingRow, bytes: Uint8Array): KvChange[] {
  const { number, id, sizeBytes, day } = row
  return [
    { put: mailRows.waiting(account, number), value: encode([1, idValue(id), sizeBytes, day]) },
    { put: mailRows.body(account, number), value: bytes },
    { put: mailRows.id(account, id), value: encode([1, number, sizeBytes]) },
    { put: mailRows.next(account), value: encode([1, number + 1]) }
  ]
}

export function dropEnvelope(account: AccountId, number: number, id: EnvelopeId): KvChange[] {
  return [
    { del: mailRows.waiting(account, number) },
    { del: mailRows.body(account, number) },
    { del: mailRows.id(account, id) }
  ]
}

export function asWaitingRow(key: string, value: Uint8Array): WaitingRow {
  const [version, id, size, day] = asArray(decode(value, ROW_BYTES), 4)
  asVersion(version, 1)
  const number = Number.parseInt(key.slice(key.lastIndexOf('/') + 1), 16)
  return { number, id: asId<EnvelopeId>(id), sizeBytes: asUint(size, LIMITS.envelopeBytes), day: asUint(day) }
}

export function asIdRow(value: Uint8Array): { number: number; sizeBytes: number } {
  const [version, number, size] = asArray(decode(value, ROW_BYTES), 3)
  asVersion(version, 1)
  return { number: asUint(number), sizeBytes: asUint(size, LIMITS.envelopeBytes) }
}

export function asNextRow(value: Uint8Array): number {
  const [version, next] = asArray(decode(value, ROW_BYTES), 2)
  asVersion(version, 1)
  return asUint(next)
}

const ROW_BYTES = 128

/** 14 hex digits hold every safe integer. */
function inOrder(number: number): string {
  return number.toString(16).padStart(14, '0')
}
