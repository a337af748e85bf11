import type { Value } from '../base/codec.ts'
import { asArray, asBytes, asId, asText, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { INCARNATION_BYTES } from '../base/ids.ts'
import type { AccountId, DeviceId, Incarnation } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { decodeSigned } from './account-statement.ts'
import type { SignedStatement } from './account-statement.ts'

/** Rights of an account in a vault; the place in this list is the number in a statement. */
export const ROLES = ['reader', 'writer', 'owner'] as const
export type Role = (typeof ROLES)[number]

/** One statement of a statement entry (FORMAT.md 5.5). */
export type Statement =
  | { readonly kind: 'import'; readonly signed: SignedStatement }
  | AddMember
  | { readonly kind: 'role'; readonly account: AccountId; readonly role: Role }
  | { readonly kind: 'remove'; readonly account: AccountId; readonly voidUnpinsFrom: readonly VoidedLog[] }
  | RelayList

export interface AddMember {
  readonly kind: 'add'
  readonly root: Uint8Array
  readonly recovery: Uint8Array
  readonly role: Role
  readonly name: string
}

export interface RelayList {
  readonly kind: 'relays'
  readonly relays: readonly RelayInfo[]
  /** Relays that keep each object, and how long one may be away before the others repair. */
  readonly copies: number
  readonly repairAfterMs: number
}

export interface RelayInfo {
  readonly peer: DeviceId
  readonly name: string
  readonly addresses: readonly string[]
}

export interface VoidedLog {
  readonly device: DeviceId
  readonly incarnation: Incarnation
  readonly seq: number
}

export function encodeStatements(statements: readonly Statement[]): Uint8Array {
  return encode([1, statements.map(statementValue)])
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. Signatures inside are not checked here. */
export function decodeStatements(bytes: Uint8Array): Statement[] {
  const item = asArray(decode(bytes, LIMITS.payloadBytes), 2)
  asVersion(item[0], 1)
  return asArray(item[1], { max: LIMITS.statementsPerEntry }).map(readStatement)
}

/** `[key, name, [address…]]`, the form of a relay wherever one is written down. */
export function relayValue(relay: RelayInfo): Value {
  return [idValue(relay.peer), relay.name, [...relay.addresses]]
}

export function readRelay(value: Value | undefined): RelayInfo {
  const item = asArray(value, 3)
  const addresses = asArray(item[2], { max: LIMITS.addresses }).map((one) => asText(one, LIMITS.addressBytes))
  return { peer: asId<DeviceId>(item[0]), name: asText(item[1], LIMITS.deviceNameBytes), addresses }
}

/** `[[relay…], copies, repair after ms]`. */
function readRelays(items: readonly Value[]): RelayList {
  const relays = asArray(items[0], { max: LIMITS.relays }).map(readRelay)
  if (new Set(relays.map(({ peer }) => peer)).size !== relays.length)
    throw new HoldfastError('MALFORMED', 'a relay named twice')
  return { kind: 'relays', relays, copies: asUint(items[1], LIMITS.relays), repairAfterMs: asUint(items[2]) }
}

function statementValue(statement: Statement): Value {
  switch (statement.kind) {
    case 'import':
      return [0, statement.signed.bytes, statement.signed.signature]
    case 'add':
      return [1, statement.root, statement.recovery, ROLES.indexOf(statement.role), statement.name]
    case 'role':
      return [2, idValue(statement.account), ROLES.indexOf(statement.role)]
    case 'remove':
      return [3, idValue(statement.account), statement.voidUnpinsFrom.map(voidedValue)]
    case 'relays':
      return [4, statement.relays.map(relayValue), statement.copies, statement.repairAfterMs]
  }
}

function readStatement(value: Value): Statement {
  const item = asArray(value, { max: 5 })
  switch (asUint(item[0])) {
    case 0:
      asArray(item, 3)
      return { kind: 'import', signed: decodeSigned(item[1], item[2]) }
    case 1: {
      asArray(item, 5)
      const name = asText(item[4], LIMITS.deviceNameBytes)
      return { kind: 'add', root: asBytes(item[1], 32), recovery: asBytes(item[2], 32), role: readRole(item[3]), name }
    }
    case 2:
      asArray(item, 3)
      return { kind: 'role', account: asId<AccountId>(item[1]), role: readRole(item[2]) }
    case 3: {
      asArray(item, 3)
      const voided = asArray(item[2], { max: LIMITS.voidedLogs }).map(readVoided)
      return { kind: 'remove', account: asId<AccountId>(item[1]), voidUnpinsFrom: voided }
    }
    case 4:
      return readRelays(asArray(item, 4).slice(1))
    default:
      throw new HoldfastError('MALFORMED', 'an unknown statement')
  }
}

function readRole(value: Value | undefined): Role {
  return ROLES[asUint(value, ROLES.length - 1)]!
}

function voidedValue(log: VoidedLog): Value {
  return [idValue(log.device), idValue(log.incarnation), log.seq]
}

function readVoided(value: Value): VoidedLog {
  const item = asArray(value, 3)
  return {
    device: asId<DeviceId>(item[0]),
    incarnation: asId<Incarnation>(item[1], INCARNATION_BYTES),
    seq: asUint(item[2])
  }
}
