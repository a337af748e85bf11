import { asArray, asBytes, asId, asText, asUint, decode, encode, idValue } from '../../base/codec.ts'
import type { Value } from '../../base/codec.ts'
import { HoldfastError } from '../../base/errors.ts'
import type { AccountId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { readRevocationProof, revocationProofValue } from '../../log/revocation-proof.ts'
import type { RevocationProof } from '../../log/revocation-proof.ts'
import type { SignedStatement } from '../../log/account-statement.ts'
import { chainValue, decodeChain } from '../../log/certificate-chain.ts'
import {
  readRecoveryReply,
  readRecoveryRequest,
  recoveryReplyValue,
  recoveryRequestValue
} from './recovery-messages.ts'
import { isRecoveryNumber, isRecoveryReply, isRecoveryRequest } from './recovery-messages.ts'
import type { RecoveryReply, RecoveryRequest } from './recovery-messages.ts'

/** `/holdfast/account/1` (FORMAT.md 7.3): what a device asks of a relay about its account. */
export type AccountRequest =
  | {
      readonly kind: 'register'
      readonly secret: Uint8Array
      readonly rootPublicKey: Uint8Array
      readonly recoveryPublicKey: Uint8Array
      /** From the root key to the asking device. */
      readonly chain: readonly SignedStatement[]
      readonly name: string
    }
  | { readonly kind: 'hostVault'; readonly genesisHeader: Uint8Array; readonly signature: Uint8Array }
  | { readonly kind: 'account' }
  /** Of a device that is refused: whether its account has removed it. */
  | { readonly kind: 'standing' }
  | RecoveryRequest

export type AccountReply =
  | { readonly kind: 'registered' }
  | { readonly kind: 'hosted' }
  /** `quotaBytes` 0: no quota. */
  | {
      readonly kind: 'account'
      readonly account: AccountId
      readonly vaults: number
      readonly bytes: number
      readonly quotaBytes: number
    }
  | { readonly kind: 'standing'; readonly proof: RevocationProof | null }
  | RecoveryReply

export function encodeAccountRequest(request: AccountRequest): Uint8Array {
  return encode(requestValue(request))
}

/** Throws TOO_LARGE or MALFORMED. */
export function decodeAccountRequest(bytes: Uint8Array): AccountRequest {
  const items = asArray(decode(bytes, LIMITS.accountFrameBytes), { max: 7 })
  if (isRecoveryNumber(items[0])) return readRecoveryRequest(items)
  switch (asUint(items[0], STANDING)) {
    case 0:
      return asRegister(items)
    case 1: {
      const [, header, signature] = asArray(items, 3)
      return {
        kind: 'hostVault',
        genesisHeader: asBytes(header, { max: LIMITS.headerBytes }),
        signature: asBytes(signature, 64)
      }
    }
    case 2:
      asArray(items, 1)
      return { kind: 'account' }
    case STANDING:
      asArray(items, 1)
      return { kind: 'standing' }
    default:
      throw new HoldfastError('MALFORMED', 'an unknown request')
  }
}

export function encodeAccountReply(reply: AccountReply): Uint8Array {
  if (isRecoveryReply(reply)) return encode(recoveryReplyValue(reply))
  switch (reply.kind) {
    case 'registered':
      return encode([0])
    case 'hosted':
      return encode([1])
    case 'account':
      return encode([2, idValue(reply.account), reply.vaults, reply.bytes, reply.quotaBytes])
    case 'standing':
      return encode([STANDING, reply.proof === null ? null : revocationProofValue(reply.proof)])
  }
}

/** Throws TOO_LARGE or MALFORMED. */
export function decodeAccountReply(bytes: Uint8Array): AccountReply {
  const items = asArray(decode(bytes, LIMITS.accountFrameBytes), { max: 5 })
  if (isRecoveryNumber(items[0])) return readRecoveryReply(items)
  const number = asUint(items[0], STANDING)
  if (number === STANDING) return readStanding(items)
  if (number > 2) throw new HoldfastError('MALFORMED', 'an unknown reply')
  if (number < 2) asArray(items, 1)
  if (number === 0) return { kind: 'registered' }
  if (number === 1) return { kind: 'hosted' }
  const [, account, vaults, total, quota] = asArray(items, 5)
  return {
    kind: 'account',
    account: asId<AccountId>(account),
    vaults: asUint(vaults),
    bytes: asUint(total),
    quotaBytes: asUint(quota)
  }
}

/** After those of recovery-messages.ts. */
const STANDING = 9

/** Bytes of the secret in an invitation; the relay keeps only their hash. */
export const INVITE_SECRET_BYTES = 16

function requestValue(request: AccountRequest): Value {
  if (isRecoveryRequest(request)) return recoveryRequestValue(request)
  switch (request.kind) {
    case 'register':
      return [
        0,
        request.secret,
        request.rootPublicKey,
        request.recoveryPublicKey,
        chainValue(request.chain),
        request.name
      ]
    case 'hostVault':
      return [1, request.genesisHeader, request.signature]
    case 'account':
      return [2]
    case 'standing':
      return [STANDING]
  }
}

function readStanding(items: readonly Value[]): AccountReply {
  const proof = asArray(items, 2)[1]
  return { kind: 'standing', proof: proof === null ? null : readRevocationProof(proof) }
}

function asRegister(items: readonly Value[]): AccountRequest {
  const [, secret, root, recovery, chain, name] = asArray(items, 6)
  return {
    kind: 'register',
    secret: asBytes(secret, INVITE_SECRET_BYTES),
    rootPublicKey: asBytes(root, 32),
    recoveryPublicKey: asBytes(recovery, 32),
    chain: decodeChain(chain),
    name: asText(name, LIMITS.deviceNameBytes)
  }
}
