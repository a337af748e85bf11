import { concat } from '../base/bytes.ts'
import { asArray, asBytes, decode, encode } from '../base/codec.ts'
import type { Value } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { logIdOf } from '../base/ids.ts'
import type { EntryHash, LogId, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3Id } from '../proof/blake3.ts'
import { decodeEpochBody, decodeWrapBody } from './epoch-body.ts'
import type { EpochBody, WrapBody } from './epoch-body.ts'
import { decodeFreezeBody } from './freeze-body.ts'
import type { FreezeBody } from './freeze-body.ts'
import { decodeHeader } from './header.ts'
import type { ContentHash, Header } from './header.ts'
import { decodePinList } from './pin-list.ts'
import type { PinList } from './pin-list.ts'
import { decodeStatements } from './statement.ts'
import type { Statement } from './statement.ts'

/** The four byte strings of an entry (FORMAT.md 5.1). */
export interface EntryBytes {
  readonly header: Uint8Array
  readonly signature: Uint8Array
  readonly payload: Uint8Array | null
  readonly pinList: Uint8Array | null
}

/** Decoded clear payload; null where there is none or it is sealed. */
export type Body =
  | { readonly kind: 'statement'; readonly statements: readonly Statement[] }
  | ({ readonly kind: 'epoch' } & EpochBody)
  | ({ readonly kind: 'wrap' } & WrapBody)
  | ({ readonly kind: 'freeze' } & FreezeBody)
  | null

export interface Entry {
  readonly hash: EntryHash
  readonly log: LogId
  readonly vault: VaultId
  readonly header: Header
  readonly bytes: EntryBytes
  readonly pinList: PinList | null
  readonly body: Body
}

/** Well formed, and its parts belong together. Nothing else is known about it. */
export type UnverifiedEntry = Entry & { readonly __state: 'unverified' }
/** Signed by a device that may write this at this place. Only VaultLog turns an unverified entry into one. */
export type VerifiedEntry = Entry & { readonly __state: 'verified' }

/** The largest whole entry: its parts and their framing. */
export const ENTRY_BYTES = LIMITS.headerBytes + LIMITS.payloadBytes + LIMITS.pinListBytes + 128

export function encodeEntry(bytes: EntryBytes): Uint8Array {
  return encode(entryValue(bytes))
}

/** `[header, signature, payload | null, pin list | null]`, the form of an entry inside messages. */
export function entryValue(bytes: EntryBytes): Value {
  return [bytes.header, bytes.signature, bytes.payload, bytes.pinList]
}

/** Throws TOO_LARGE, MALFORMED, UNSUPPORTED_VERSION or HASH_MISMATCH. */
export function decodeEntry(bytes: Uint8Array): UnverifiedEntry {
  return readEntry(decode(bytes, ENTRY_BYTES))
}

/** An entry out of a decoded message. Throws like `decodeEntry`. */
function readEntry(value: Value | undefined): UnverifiedEntry {
  return entryOf(readEntryBytes(value))
}

export function readEntryBytes(value: Value | undefined): EntryBytes {
  const item = asArray(value, 4)
  return {
    header: asBytes(item[0], { max: LIMITS.headerBytes }),
    signature: asBytes(item[1], 64),
    payload: item[2] === null ? null : asBytes(item[2], { max: LIMITS.payloadBytes }),
    pinList: item[3] === null ? null : asBytes(item[3], { max: LIMITS.pinListBytes })
  }
}

/** Parts to entry. With `payloadAside` a sealed payload may be missing: it lies elsewhere in the store. */
export function entryOf(bytes: EntryBytes, options?: { payloadAside: boolean }): UnverifiedEntry {
  const header = decodeHeader(bytes.header)
  const aside =
    options?.payloadAside === true &&
    bytes.payload === null &&
    (header.kind === 'change' || header.kind === 'checkpoint')
  if (!aside) {
    assertNamed(bytes.payload, header.payloadHash)
    if ((bytes.payload?.length ?? 0) !== header.payloadBytes)
      throw new HoldfastError('MALFORMED', 'a payload of another size')
  }
  assertNamed(bytes.pinList, header.pinListHash)
  const hash = entryHash(bytes)
  return {
    hash,
    log: logIdOf(header.device, header.incarnation),
    vault: header.vault ?? (hash as string as VaultId),
    header,
    bytes,
    pinList: bytes.pinList === null ? null : decodePinList(bytes.pinList),
    body: readBody(header, bytes.payload)
  } as UnverifiedEntry
}

/** The name of an entry covers its signature too: of one header there may be several, and each is another entry. */
export function entryHash(bytes: Pick<EntryBytes, 'header' | 'signature'>): EntryHash {
  return blake3Id<EntryHash>(concat(bytes.header, bytes.signature))
}

function assertNamed(bytes: Uint8Array | null, name: ContentHash | null): void {
  if ((bytes === null) !== (name === null)) throw new HoldfastError('MALFORMED', 'a part that is missing or too many')
  if (bytes !== null && blake3Id<ContentHash>(bytes) !== name) throw new HoldfastError('HASH_MISMATCH')
}

function readBody(header: Header, payload: Uint8Array | null): Body {
  if (payload === null) return null
  switch (header.kind) {
    case 'statement':
      return { kind: 'statement', statements: decodeStatements(payload) }
    case 'epoch':
      return { kind: 'epoch', ...decodeEpochBody(payload) }
    case 'wrap':
      return { kind: 'wrap', ...decodeWrapBody(payload) }
    case 'freeze':
      return { kind: 'freeze', ...decodeFreezeBody(payload) }
    case 'genesis':
    case 'change':
    case 'checkpoint':
      return null
  }
}
