import { fromHex, toHex } from './bytes.ts'
import { HoldfastError } from './errors.ts'

/**
 * Every identifier is held in memory as a branded lowercase hex string (so that it can key a `Map`) and stands in
 * bytes only at the edge of the codec. Lengths are in FORMAT.md.
 */
export type Id<Name extends string> = string & { readonly __id: Name }

/** BLAKE3 of the account's Ed25519 root public key. 32 bytes. */
export type AccountId = Id<'account'>
/** A device's or relay's raw Ed25519 public key; also its libp2p peer id. 32 bytes. */
export type DeviceId = Id<'device'>
/** Hash of the vault's genesis entry. 32 bytes. */
export type VaultId = Id<'vault'>
/** BLAKE3 of an entry's signed header (canonical header bytes followed by the signature). 32 bytes. */
export type EntryHash = Id<'entry'>
/** BLAKE3 of a blob's ciphertext. 32 bytes. */
export type BlobId = Id<'blob'>
/** Random name of one version of one file's content. 16 bytes. */
export type ObjectId = Id<'object'>
/** BLAKE3 of the canonical bytes of an object record. 32 bytes. */
export type RecordHash = Id<'record'>
/** Commitment to an epoch secret. 32 bytes. */
export type EpochId = Id<'epoch'>
/** Random name of one life of a device's log. 8 bytes. */
export type Incarnation = Id<'incarnation'>
/** Random name of a file or folder in the index. 16 bytes. */
export type FileId = Id<'file'>
/** `device:incarnation`, the name of one log within a vault. */
export type LogId = Id<'log'>

export const ID_BYTES = 32
export const OBJECT_ID_BYTES = 16
export const FILE_ID_BYTES = 16
export const INCARNATION_BYTES = 8

/** Brands `length` bytes as an id. Throws MALFORMED on another length. */
export function idFromBytes<T extends Id<string>>(bytes: Uint8Array, length: number = ID_BYTES): T {
  if (bytes.length !== length) throw new HoldfastError('MALFORMED', `an id has ${length} bytes`)
  return toHex(bytes) as T
}

/** Brands a lowercase hex string as an id. Throws MALFORMED on anything else. */
export function idFromHex<T extends Id<string>>(hex: string, length: number = ID_BYTES): T {
  if (hex.length !== length * 2 || !/^[0-9a-f]*$/.test(hex))
    throw new HoldfastError('MALFORMED', `an id has ${length} bytes`)
  return hex as T
}

export function idBytes(id: Id<string>): Uint8Array {
  return fromHex(id)
}

export function logIdOf(device: DeviceId, incarnation: Incarnation): LogId {
  return `${device}:${incarnation}` as LogId
}

export function splitLogId(log: LogId): { device: DeviceId; incarnation: Incarnation } {
  return { device: log.slice(0, 64) as DeviceId, incarnation: log.slice(65) as Incarnation }
}
