import type { Value } from '../../base/codec.ts'
import { asArray, asBytes, asUint } from '../../base/codec.ts'
import { HoldfastError } from '../../base/errors.ts'
import { accountRecordValue, readAccountRecord } from '../../log/account-record.ts'
import type { AccountRecord } from '../../log/account-record.ts'
import { RECOVERY_CLAIM_BYTES, RECOVERY_NONCE_BYTES } from '../../log/recovery-claim.ts'
import type { SignedClaim } from '../../log/recovery-claim.ts'

/** Part of `/holdfast/account/1` (FORMAT.md 7.3): the account record, and getting it back by the words. */
export type RecoveryRequest =
  | { readonly kind: 'putRecord'; readonly record: AccountRecord }
  | { readonly kind: 'recover'; readonly claim: SignedClaim }
  /** Of a device of the account. */
  | { readonly kind: 'record' }
  | { readonly kind: 'nonce' }

export type RecoveryReply =
  /** The highest number there is now: another one than that of the record where the relay had a higher one. */
  | { readonly kind: 'recordKept'; readonly number: number }
  /** `isKnown`: whether the relay has anything of the account. */
  | { readonly kind: 'recovered'; readonly isKnown: boolean; readonly record: AccountRecord | null }
  | { readonly kind: 'record'; readonly record: AccountRecord | null }
  /** For one claim by the device that asked. */
  | { readonly kind: 'nonce'; readonly nonce: Uint8Array }

/** Whether a request or a reply that begins with this is one of these. */
export function isRecoveryNumber(number: Value | undefined): boolean {
  return typeof number === 'number' && number >= 5 && number <= 8
}

export function isRecoveryRequest(request: { readonly kind: string }): request is RecoveryRequest {
  return ['putRecord', 'recover', 'record', 'nonce'].includes(request.kind)
}

export function isRecoveryReply(reply: { readonly kind: string }): reply is RecoveryReply {
  return ['recordKept', 'recovered', 'record', 'nonce'].includes(reply.kind)
}

export function recoveryRequestValue(request: RecoveryRequest): Value {
  switch (request.kind) {
    case 'putRecord':
      return [5, accountRecordValue(request.record)]
    case 'recover':
      return [6, request.claim.bytes, request.claim.signature]
    case 'record':
      return [7]
    case 'nonce':
      return [8]
  }
}

/** Throws MALFORMED, TOO_LARGE, UNSUPPORTED_VERSION. */
export function readRecoveryRequest(items: readonly Value[]): RecoveryRequest {
  switch (items[0]) {
    case 5:
      return { kind: 'putRecord', record: readAccountRecord(asArray(items, 2)[1]) }
    case 6: {
      const [, bytes, signature] = asArray(items, 3)
      const claim = { bytes: asBytes(bytes, { max: RECOVERY_CLAIM_BYTES }), signature: asBytes(signature, 64) }
      return { kind: 'recover', claim }
    }
    case 7:
    case 8:
      asArray(items, 1)
      return { kind: items[0] === 7 ? 'record' : 'nonce' }
    default:
      throw new HoldfastError('MALFORMED', 'an unknown request')
  }
}

export function recoveryReplyValue(reply: RecoveryReply): Value {
  switch (reply.kind) {
    case 'recordKept':
      return [5, reply.number]
    case 'recovered':
      return [6, reply.isKnown, recordOrNull(reply.record)]
    case 'record':
      return [7, recordOrNull(reply.record)]
    case 'nonce':
      return [8, reply.nonce]
  }
}

/** Throws MALFORMED, TOO_LARGE, UNSUPPORTED_VERSION. */
export function readRecoveryReply(items: readonly Value[]): RecoveryReply {
  switch (items[0]) {
    case 5:
      return { kind: 'recordKept', number: asUint(asArray(items, 2)[1]) }
    case 6: {
      const [, isKnown, record] = asArray(items, 3)
      if (typeof isKnown !== 'boolean') throw new HoldfastError('MALFORMED')
      return { kind: 'recovered', isKnown, record: readRecordOrNull(record) }
    }
    case 7:
      return { kind: 'record', record: readRecordOrNull(asArray(items, 2)[1]) }
    case 8:
      return { kind: 'nonce', nonce: asBytes(asArray(items, 2)[1], RECOVERY_NONCE_BYTES) }
    default:
      throw new HoldfastError('MALFORMED', 'an unknown reply')
  }
}

function recordOrNull(record: AccountRecord | null): Value {
  return record === null ? null : accountRecordValue(record)
}

function readRecordOrNull(value: Value | undefined): AccountRecord | null {
  return value === null ? null : readAccountRecord(value)
}
