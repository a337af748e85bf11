import type { Value } from '../base/codec.ts'
import { asArray, asBytes, asId, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import type { AccountId, DeviceId, EpochId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { assertAscending } from './header.ts'

/** Payload of a new-epoch entry (FORMAT.md 5.6). */
export interface EpochBody {
  readonly epoch: EpochId
  readonly parents: readonly { readonly epoch: EpochId; readonly sealed: Uint8Array }[]
  readonly wraps: readonly Wrap[]
}

/** Payload of a wrap entry: an existing epoch for members who lack it. */
export interface WrapBody {
  readonly epoch: EpochId
  readonly wraps: readonly Wrap[]
}

/** The epoch secret for one recipient: HPKE output, `enc(32) ‖ ciphertext(32) ‖ tag(16)`. */
export type Wrap = Recipient & { readonly sealed: Uint8Array }

/** Somebody who gets epoch secrets: a member device, or the recovery key of a member account. */
export type Recipient =
  | { readonly kind: 'device'; readonly id: DeviceId }
  | { readonly kind: 'recovery'; readonly id: AccountId }

export const WRAP_BYTES = 32 + 32 + 16
/** A 32-byte secret sealed with a fresh salt. */
export const PARENT_SECRET_BYTES = 1 + 32 + 12 + 32 + 16

export function encodeEpochBody(body: EpochBody): Uint8Array {
  const parents = body.parents.map(({ epoch, sealed }) => [idValue(epoch), sealed])
  return encode([1, idValue(body.epoch), parents, body.wraps.map(wrapValue)])
}

export function encodeWrapBody(body: WrapBody): Uint8Array {
  return encode([1, idValue(body.epoch), body.wraps.map(wrapValue)])
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeEpochBody(bytes: Uint8Array): EpochBody {
  const item = asArray(decode(bytes, LIMITS.payloadBytes), 4)
  asVersion(item[0], 1)
  const parents = asArray(item[2], { max: LIMITS.epochParents }).map(readParent)
  if (new Set(parents.map(({ epoch }) => epoch)).size !== parents.length)
    throw new HoldfastError('MALFORMED', 'a parent epoch named twice')
  return { epoch: asId<EpochId>(item[1]), parents, wraps: readWraps(item[3]) }
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeWrapBody(bytes: Uint8Array): WrapBody {
  const item = asArray(decode(bytes, LIMITS.payloadBytes), 3)
  asVersion(item[0], 1)
  return { epoch: asId<EpochId>(item[1]), wraps: readWraps(item[2]) }
}

/** Text that orders recipients as the format does and keys a `Map`. */
export function recipientKey(recipient: Recipient): string {
  return `${recipient.kind === 'device' ? 0 : 1}${recipient.id}`
}

/** Wraps in the order the format wants. */
export function sortWraps<T extends Recipient>(wraps: readonly T[]): T[] {
  return wraps.toSorted((a, b) => (recipientKey(a) < recipientKey(b) ? -1 : 1))
}

function readParent(value: Value): { epoch: EpochId; sealed: Uint8Array } {
  const item = asArray(value, 2)
  return { epoch: asId<EpochId>(item[0]), sealed: asBytes(item[1], PARENT_SECRET_BYTES) }
}

function wrapValue(wrap: Wrap): Value {
  return [wrap.kind === 'device' ? 0 : 1, idValue(wrap.id), wrap.sealed]
}

function readWraps(value: Value | undefined): Wrap[] {
  const wraps = asArray(value, { max: LIMITS.wrapsPerEntry }).map(readWrap)
  if (wraps.length === 0) throw new HoldfastError('MALFORMED', 'an epoch for nobody')
  assertAscending(wraps.map(recipientKey))
  return wraps
}

function readWrap(value: Value): Wrap {
  const item = asArray(value, 3)
  const sealed = asBytes(item[2], WRAP_BYTES)
  return asUint(item[0], 1) === 0
    ? { kind: 'device', id: asId<DeviceId>(item[1]), sealed }
    : { kind: 'recovery', id: asId<AccountId>(item[1]), sealed }
}
