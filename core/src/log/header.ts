import type { Value } from '../base/codec.ts'
import { asArray, asBytes, asId, asIdOrNull, asIds, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { INCARNATION_BYTES } from '../base/ids.ts'
import type { DeviceId, EntryHash, EpochId, Id, Incarnation, VaultId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { decodeGenesis, genesisValue } from './genesis.ts'
import type { Genesis } from './genesis.ts'

/** The kinds of entry; the place in this list is the number in the header. */
const ENTRY_KINDS = ['genesis', 'change', 'statement', 'epoch', 'wrap', 'freeze', 'checkpoint'] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

export type ContentHash = Id<'content'>

/** The small clear part of an entry: signed, never dropped, enough to verify and count it (FORMAT.md 5.1). */
export interface Header {
  /** Null in a genesis, whose hash becomes the vault's name. */
  readonly vault: VaultId | null
  readonly device: DeviceId
  readonly incarnation: Incarnation
  readonly seq: number
  readonly prev: EntryHash | null
  readonly seen: readonly EntryHash[]
  readonly kind: EntryKind
  readonly epoch: EpochId | null
  readonly pinListHash: ContentHash | null
  readonly payloadHash: ContentHash | null
  readonly payloadBytes: number
  readonly documents: readonly DocumentCommitment[]
  readonly timeMs: number
  readonly genesis: Genesis | null
}

export interface DocumentCommitment {
  readonly number: number
  readonly commitment: Uint8Array
}

export function encodeHeader(header: Header): Uint8Array {
  return encode([
    1,
    header.vault === null ? NO_VAULT : idValue(header.vault),
    idValue(header.device),
    idValue(header.incarnation),
    header.seq,
    idValue(header.prev),
    header.seen.map(idValue),
    ENTRY_KINDS.indexOf(header.kind),
    idValue(header.epoch),
    idValue(header.pinListHash),
    idValue(header.payloadHash),
    header.payloadBytes,
    header.documents.map(({ number, commitment }) => [number, commitment]),
    header.timeMs,
    header.genesis === null ? null : genesisValue(header.genesis)
  ])
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. Everything a header can be wrong in by itself is refused here. */
export function decodeHeader(bytes: Uint8Array): Header {
  const value = decode(bytes, LIMITS.headerBytes)
  if (Array.isArray(value)) asVersion(value[0], 1)
  const item = asArray(value, 15)
  const kind = ENTRY_KINDS[asUint(item[7])]
  if (kind === undefined) throw new HoldfastError('MALFORMED', 'an unknown kind of entry')
  const vault = asId<VaultId>(item[1])
  const header: Header = {
    vault: kind === 'genesis' ? null : vault,
    device: asId<DeviceId>(item[2]),
    incarnation: asId<Incarnation>(item[3], INCARNATION_BYTES),
    seq: asUint(item[4]),
    prev: asIdOrNull<EntryHash>(item[5]),
    seen: asIds<EntryHash>(item[6], LIMITS.seen),
    kind,
    epoch: asIdOrNull<EpochId>(item[8]),
    pinListHash: asIdOrNull<ContentHash>(item[9]),
    payloadHash: asIdOrNull<ContentHash>(item[10]),
    payloadBytes: asUint(item[11], LIMITS.payloadBytes),
    documents: asArray(item[12], { max: LIMITS.documents }).map(documentCommitment),
    timeMs: asUint(item[13]),
    genesis: item[14] === null ? null : decodeGenesis(item[14])
  }
  if ((vault === NO_VAULT_ID) !== (kind === 'genesis')) throw misfit()
  assertFits(header)
  return header
}

/** Associated data of a sealed payload: the header as it is before the payload exists. */
export function payloadAad(header: Header): Uint8Array {
  return encodeHeader({ ...header, payloadHash: null, payloadBytes: 0 })
}

/** Throws MALFORMED unless each is greater than the one before. */
export function assertAscending<T extends string | number>(items: readonly T[]): void {
  for (let i = 1; i < items.length; i++) {
    if (items[i - 1]! >= items[i]!) throw new HoldfastError('MALFORMED', 'a list that is not strictly ascending')
  }
}

const NO_VAULT = new Uint8Array(32)
const NO_VAULT_ID = '0'.repeat(64)

function documentCommitment(value: Value): DocumentCommitment {
  const item = asArray(value, 2)
  return { number: asUint(item[0], LIMITS.documents - 1), commitment: asBytes(item[1], 32) }
}

function assertFits(header: Header): void {
  const { kind } = header
  const sealed = kind === 'change' || kind === 'checkpoint'
  assertAscending(header.seen)
  assertAscending(header.documents.map(({ number }) => number))
  const fits =
    header.seq >= 1 &&
    (header.prev === null) === (header.seq === 1) &&
    (header.epoch !== null) === sealed &&
    (header.pinListHash === null || sealed) &&
    (header.documents.length === 0 || kind === 'change') &&
    (header.genesis !== null) === (kind === 'genesis') &&
    (header.payloadHash === null) === (kind === 'genesis') &&
    (header.payloadBytes === 0) === (kind === 'genesis')
  // Only a genesis stands on nothing: everything else descends from it and so counts or falls with it.
  const rooted =
    kind === 'genesis' ? header.seq === 1 && header.seen.length === 0 : header.prev !== null || header.seen.length > 0
  if (!fits || !rooted) throw misfit()
}

function misfit(): HoldfastError {
  return new HoldfastError('MALFORMED', 'a header field that does not fit its kind')
}
