import type { Value } from '../../base/codec.ts'
import { asArray, asBytes, asId, asIds, asInt, asUint, decode, encode, idValue } from '../../base/codec.ts'
import { HoldfastError } from '../../base/errors.ts'
import type { AccountId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { decodeSigned } from '../../log/account-statement.ts'
import type { SignedStatement } from '../../log/account-statement.ts'
import { assertAscending } from '../../log/header.ts'
import { KEY_ID_BYTES } from './envelope-bytes.ts'
import type { EnvelopeId, KeyId } from './envelope-bytes.ts'
import { MAIL_KEY_BYTES, signedMailKey } from './key-bundle.ts'
import type { SignedMailKey } from './key-bundle.ts'

/** `/holdfast/mail/1` (FORMAT.md 7.6). All but delivering and looking up is about the asking device's own account. */
export type MailRequest =
  /** The envelope is the body of the frame. */
  | { readonly kind: 'deliver' }
  /** What arrived after this number, oldest first. */
  | { readonly kind: 'list'; readonly after: number }
  | { readonly kind: 'fetch'; readonly ids: readonly EnvelopeId[] }
  | { readonly kind: 'delete'; readonly ids: readonly EnvelopeId[] }
  | { readonly kind: 'subscribe' }
  /** Keys to keep for this device from now on, and those not to hand out any more; none of both to ask which are left. */
  | { readonly kind: 'keys'; readonly keys: readonly SignedMailKey[]; readonly withdrawn: readonly KeyId[] }
  /** What an account says of its devices; with `withoutKeys` none of their keys is handed out. */
  | { readonly kind: 'lookUp'; readonly account: AccountId; readonly withoutKeys?: true }

export type MailReply =
  /** It is durable there. */
  | { readonly kind: 'delivered' }
  | { readonly kind: 'list'; readonly waiting: readonly WaitingEnvelope[]; readonly more: boolean }
  /** Size of each that was asked for, −1 where there is none; the body has them one behind the other. Shorter: ask again. */
  | { readonly kind: 'fetch'; readonly sizes: readonly number[] }
  | { readonly kind: 'deleted' }
  /** Number of the newest that ever arrived. From now on a notice says when there is a newer one. */
  | { readonly kind: 'subscribed'; readonly newest: number }
  /** Keys for one envelope that are left, and the number of the last resort (0 for none). */
  | { readonly kind: 'keys'; readonly left: readonly KeyId[]; readonly lastResortNumber: number }
  | {
      readonly kind: 'account'
      readonly statements: readonly SignedStatement[]
      readonly keys: readonly SignedMailKey[]
    }

export interface WaitingEnvelope {
  /** Order of arrival; no number is given twice. */
  readonly number: number
  readonly id: EnvelopeId
  readonly sizeBytes: number
}

export function encodeMailRequest(request: MailRequest): Uint8Array {
  switch (request.kind) {
    case 'deliver':
      return encode([0])
    case 'list':
      return encode([1, request.after])
    case 'fetch':
      return encode([2, request.ids.map(idValue)])
    case 'delete':
      return encode([3, request.ids.map(idValue)])
    case 'subscribe':
      return encode([4])
    case 'keys':
      return encode([5, request.keys.map(keyValue), request.withdrawn.map(idValue)])
    case 'lookUp':
      return encode([6, idValue(request.account), request.withoutKeys === true ? 0 : 1])
  }
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeMailRequest(bytes: Uint8Array): MailRequest {
  const items = asArray(decode(bytes, LIMITS.mailFrameHeaderBytes), { max: 3 })
  const kind = asUint(items[0], 6)
  asArray(items, REQUEST_ITEMS[kind]!)
  switch (kind) {
    case 0:
      return { kind: 'deliver' }
    case 1:
      return { kind: 'list', after: asUint(items[1]) }
    case 2:
      return { kind: 'fetch', ids: asIds<EnvelopeId>(items[1], LIMITS.envelopesPerMessage) }
    case 3:
      return { kind: 'delete', ids: asIds<EnvelopeId>(items[1], LIMITS.envelopesPerMessage) }
    case 4:
      return { kind: 'subscribe' }
    case 5:
      return { kind: 'keys', keys: asKeys(items[1], LIMITS.oneTimeKeys + 1), withdrawn: asKeyIds(items[2]) }
    default:
      return asLookUp(items)
  }
}

export function encodeMailReply(reply: MailReply): Uint8Array {
  switch (reply.kind) {
    case 'delivered':
      return encode([0])
    case 'list':
      return encode([1, reply.waiting.map(({ number, id, sizeBytes }) => [number, idValue(id), sizeBytes]), reply.more])
    case 'fetch':
      return encode([2, [...reply.sizes]])
    case 'deleted':
      return encode([3])
    case 'subscribed':
      return encode([4, reply.newest])
    case 'keys':
      return encode([5, reply.left.map(idValue), reply.lastResortNumber])
    case 'account':
      return encode([6, reply.statements.map(({ bytes, signature }) => [bytes, signature]), reply.keys.map(keyValue)])
  }
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeMailReply(bytes: Uint8Array): MailReply {
  const items = asArray(decode(bytes, LIMITS.mailFrameHeaderBytes), { max: 3 })
  const kind = asUint(items[0], 6)
  asArray(items, REPLY_ITEMS[kind]!)
  switch (kind) {
    case 0:
      return { kind: 'delivered' }
    case 1:
      return { kind: 'list', waiting: asWaiting(items[1]), more: asFlag(items[2]) }
    case 2:
      return { kind: 'fetch', sizes: asArray(items[1], { max: LIMITS.envelopesPerMessage }).map(asSize) }
    case 3:
      return { kind: 'deleted' }
    case 4:
      return { kind: 'subscribed', newest: asUint(items[1]) }
    case 5:
      return { kind: 'keys', left: asKeyIds(items[1]), lastResortNumber: asUint(items[2]) }
    default: {
      const statements = asArray(items[1], { max: LIMITS.statementsPerAccount }).map((one) => {
        const [statement, signature] = asArray(one, 2)
        return decodeSigned(statement, signature)
      })
      return { kind: 'account', statements, keys: asKeys(items[2], LIMITS.devicesPerAccount) }
    }
  }
}

/** A message of the relay on a stream that subscribed: the number of the newest envelope that arrived. */
export function encodeMailNotice(newest: number): Uint8Array {
  return encode([0, newest])
}

/** Throws TOO_LARGE or MALFORMED. */
export function decodeMailNotice(bytes: Uint8Array): number {
  const [kind, newest] = asArray(decode(bytes, NOTICE_BYTES), 2)
  asUint(kind, 0)
  return asUint(newest)
}

const NOTICE_BYTES = 32
const REQUEST_ITEMS: readonly number[] = [1, 2, 2, 2, 1, 3, 3]
const REPLY_ITEMS: readonly number[] = [1, 3, 2, 1, 2, 3, 3]

function asLookUp(items: readonly Value[]): MailRequest {
  const account = asId<AccountId>(items[1])
  return asUint(items[2], 1) === 1 ? { kind: 'lookUp', account } : { kind: 'lookUp', account, withoutKeys: true }
}

function keyValue({ bytes, signature }: SignedMailKey): Value {
  return [bytes, signature]
}

function asKeys(value: Value | undefined, max: number): SignedMailKey[] {
  return asArray(value, { max }).map((one) => {
    const [bytes, signature] = asArray(one, 2)
    return signedMailKey(asBytes(bytes, { max: MAIL_KEY_BYTES }), asBytes(signature, 64))
  })
}

function asKeyIds(value: Value | undefined): KeyId[] {
  return asIds<KeyId>(value, LIMITS.oneTimeKeys, KEY_ID_BYTES)
}

function asWaiting(value: Value | undefined): WaitingEnvelope[] {
  const waiting = asArray(value, { max: LIMITS.envelopesPerMessage }).map((one) => {
    const [number, id, size] = asArray(one, 3)
    return { number: asUint(number), id: asId<EnvelopeId>(id), sizeBytes: asUint(size, LIMITS.envelopeBytes) }
  })
  assertAscending(waiting.map(({ number }) => number))
  return waiting
}

function asSize(value: Value): number {
  const size = asInt(value)
  if (size < -1 || size > LIMITS.envelopeBytes) throw new HoldfastError('MALFORMED', 'a size out of range')
  return size
}

function asFlag(value: Value | undefined): boolean {
  if (typeof value !== 'boolean') throw new HoldfastError('MALFORMED', 'expected yes or no')
  return value
}
