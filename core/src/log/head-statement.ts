import type { Value } from '../base/codec.ts'
import { asArray, asId, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes, INCARNATION_BYTES, logIdOf, splitLogId } from '../base/ids.ts'
import type { DeviceId, EntryHash, Incarnation, LogId, VaultId } from '../base/ids.ts'
import { SIGN } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import { verify } from '../proof/sign.ts'
import { assertAscending } from './header.ts'

/** The newest entry of a log, as far as somebody holds it. */
export interface Head {
  readonly log: LogId
  readonly seq: number
  readonly hash: EntryHash
}

/** What one device or relay holds of a vault: numbered, replaced instead of appended (FORMAT.md 5.9). */
export interface HeadStatement {
  readonly vault: VaultId
  readonly device: DeviceId
  readonly incarnation: Incarnation
  readonly number: number
  readonly heads: readonly Head[]
  readonly timeMs: number
  readonly daysSeen: number
}

export interface SignedHeadStatement {
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

/** Heads as `[[device, incarnation, seq, entry hash]…]`, the form of heads wherever they are written down. */
export function headsValue(heads: readonly Head[]): Value {
  return heads.map(({ log, seq, hash }) => {
    const { device, incarnation } = splitLogId(log)
    return [idValue(device), idValue(incarnation), seq, idValue(hash)]
  })
}

/** Throws MALFORMED, also when the heads are not strictly ascending by device and incarnation. */
export function readHeads(value: Value | undefined): Head[] {
  const heads = asArray(value, { max: LIMITS.logsPerVault }).map(readHead)
  assertAscending(heads.map(({ log }) => log))
  return heads
}

export function encodeHeadStatement(statement: HeadStatement): Uint8Array {
  const { vault, device, incarnation, number, heads, timeMs, daysSeen } = statement
  return encode([1, idValue(vault), idValue(device), idValue(incarnation), number, headsValue(heads), timeMs, daysSeen])
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeHeadStatement(bytes: Uint8Array): HeadStatement {
  const item = asArray(decode(bytes, HEAD_STATEMENT_BYTES), 8)
  asVersion(item[0], 1)
  return {
    vault: asId<VaultId>(item[1]),
    device: asId<DeviceId>(item[2]),
    incarnation: asId<Incarnation>(item[3], INCARNATION_BYTES),
    number: asUint(item[4]),
    heads: readHeads(item[5]),
    timeMs: asUint(item[6]),
    daysSeen: asUint(item[7])
  }
}

/** The statement, if the device it names signed it. Throws BAD_SIGNATURE besides what decoding throws. */
export async function verifyHeadStatement(signed: SignedHeadStatement): Promise<HeadStatement> {
  const statement = decodeHeadStatement(signed.bytes)
  const good = await verify(SIGN.headStatement, idBytes(statement.device), signed.bytes, signed.signature)
  if (!good) throw new HoldfastError('BAD_SIGNATURE')
  return statement
}

/** One head is at most 87 bytes. */
const HEAD_STATEMENT_BYTES = 256 + LIMITS.logsPerVault * 96

function readHead(value: Value): Head {
  const item = asArray(value, 4)
  const log = logIdOf(asId<DeviceId>(item[0]), asId<Incarnation>(item[1], INCARNATION_BYTES))
  return { log, seq: asUint(item[2]), hash: asId<EntryHash>(item[3]) }
}
