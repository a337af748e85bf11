import type { Value } from '../base/codec.ts'
import { asArray, asBytes, asId, asIds, asText, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes, INCARNATION_BYTES } from '../base/ids.ts'
import type { AccountId, DeviceId, Id, Incarnation } from '../base/ids.ts'
import { SIGN } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3Id } from '../proof/blake3.ts'
import { sign, verify } from '../proof/sign.ts'

/**
 * What an account says about its devices (FORMAT.md 5.5): signed by itself, so it means the same in every vault that
 * imports it. The issuer is the account's root public key or the key of one of its certified devices.
 */
export type AccountStatement = Certificate | Revocation
export type StatementHash = Id<'account statement'>

export interface Certificate {
  readonly kind: 'certify'
  readonly account: AccountId
  readonly issuer: DeviceId
  readonly device: DeviceId
  readonly xPublic: Uint8Array
  readonly name: string
}

export interface Revocation {
  readonly kind: 'revoke'
  readonly account: AccountId
  readonly issuer: DeviceId
  readonly device: DeviceId
  /** Devices certified by the revoked one that stay. */
  readonly kept: readonly DeviceId[]
  readonly voidUnpinsFrom: readonly { readonly incarnation: Incarnation; readonly seq: number }[]
}

export interface SignedStatement {
  readonly hash: StatementHash
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
  readonly statement: AccountStatement
  /** Whether the issuer is the account's root key. */
  readonly byRoot: boolean
}

function encodeAccountStatement(statement: AccountStatement): Uint8Array {
  const { account, issuer, device } = statement
  const who = [idValue(account), idValue(issuer), idValue(device)]
  if (statement.kind === 'certify') return encode([1, 0, ...who, statement.xPublic, statement.name])
  const voided = statement.voidUnpinsFrom.map(({ incarnation, seq }) => [idValue(incarnation), seq])
  return encode([1, 1, ...who, statement.kept.map(idValue), voided])
}

/** Throws TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
export function decodeAccountStatement(bytes: Uint8Array): AccountStatement {
  const value = decode(bytes, LIMITS.statementBytes)
  if (Array.isArray(value)) asVersion(value[0], 1)
  const item = asArray(value, 7)
  const account = asId<AccountId>(item[2])
  const issuer = asId<DeviceId>(item[3])
  const device = asId<DeviceId>(item[4])
  switch (asUint(item[1])) {
    case 0: {
      const name = asText(item[6], LIMITS.deviceNameBytes)
      return { kind: 'certify', account, issuer, device, xPublic: asBytes(item[5], 32), name }
    }
    case 1: {
      const kept = asIds<DeviceId>(item[5], LIMITS.devicesPerAccount)
      const voided = asArray(item[6], { max: LIMITS.voidedLogs }).map(voidedFrom)
      return { kind: 'revoke', account, issuer, device, kept, voidUnpinsFrom: voided }
    }
    default:
      throw new HoldfastError('MALFORMED', 'an unknown account statement')
  }
}

/** A statement with its signature as it stands in a genesis, an import or a message. The signature is not checked. */
export function decodeSigned(statement: Value | undefined, signature: Value | undefined): SignedStatement {
  return signedStatement(asBytes(statement, { max: LIMITS.statementBytes }), asBytes(signature, 64))
}

export function signedStatement(bytes: Uint8Array, signature: Uint8Array): SignedStatement {
  const statement = decodeAccountStatement(bytes)
  const byRoot = blake3Id<AccountId>(idBytes(statement.issuer)) === statement.account
  return { hash: blake3Id<StatementHash>(bytes), bytes, signature, statement, byRoot }
}

/** Signs as root or as a device: `issuer` must be the public key of `seed`. */
export async function signAccountStatement(statement: AccountStatement, seed: Uint8Array): Promise<SignedStatement> {
  const bytes = encodeAccountStatement(statement)
  return signedStatement(bytes, await sign(SIGN.accountStatement, seed, bytes))
}

/** Throws BAD_SIGNATURE. Whether the issuer may say it is a question of its place in a log. */
export async function assertSigned(signed: SignedStatement): Promise<void> {
  const key = idBytes(signed.statement.issuer)
  if (!(await verify(SIGN.accountStatement, key, signed.bytes, signed.signature)))
    throw new HoldfastError('BAD_SIGNATURE')
}

function voidedFrom(value: Value): { incarnation: Incarnation; seq: number } {
  const item = asArray(value, 2)
  return { incarnation: asId<Incarnation>(item[0], INCARNATION_BYTES), seq: asUint(item[1]) }
}
