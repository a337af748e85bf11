import { asArray, asBytes, asId, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { SIGN } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import { sign, verify } from '../proof/sign.ts'
import { assertSigned, decodeSigned } from './account-statement.ts'
import type { SignedStatement } from './account-statement.ts'
import { accountIdOf } from './genesis.ts'

export const RECOVERY_NONCE_BYTES = 16

/**
 * Somebody who has the words tells a relay so (FORMAT.md 7.3): signed by the root key, for this relay, with the number
 * it has just drawn, and for the one device that the certificate names. So nobody can use it elsewhere, again, or for
 * another device.
 */
export interface RecoveryClaim {
  readonly relay: DeviceId
  /** As the relay gave it: 16 bytes. */
  readonly nonce: Uint8Array
  readonly root: Uint8Array
  /** Of the new device, by the root key itself. */
  readonly certificate: SignedStatement
}

export interface SignedClaim {
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

export async function signRecoveryClaim(claim: RecoveryClaim, rootSeed: Uint8Array): Promise<SignedClaim> {
  const { relay, nonce, root, certificate } = claim
  const bytes = encode([1, idValue(relay), nonce, root, certificate.bytes, certificate.signature])
  return { bytes, signature: await sign(SIGN.recovery, rootSeed, bytes) }
}

/** Throws TOO_LARGE, MALFORMED, UNSUPPORTED_VERSION. Only the form is checked. */
export function decodeRecoveryClaim(bytes: Uint8Array): RecoveryClaim {
  const [version, relay, nonce, root, statement, signature] = asArray(decode(bytes, RECOVERY_CLAIM_BYTES), 6)
  asVersion(version, 1)
  return {
    relay: asId<DeviceId>(relay),
    nonce: asBytes(nonce, RECOVERY_NONCE_BYTES),
    root: asBytes(root, 32),
    certificate: decodeSigned(statement, signature)
  }
}

/** Whether the root key says of this peer that it is the account's. Throws REFUSED, BAD_SIGNATURE. */
export async function assertRecoveryClaim(
  claim: RecoveryClaim,
  { bytes, signature }: SignedClaim,
  here: { relay: DeviceId; peer: DeviceId }
): Promise<void> {
  const { statement, byRoot } = claim.certificate
  const fits =
    claim.relay === here.relay &&
    byRoot &&
    statement.kind === 'certify' &&
    statement.account === accountIdOf(claim.root) &&
    statement.device === here.peer
  if (!fits) throw new HoldfastError('REFUSED')
  if (!(await verify(SIGN.recovery, claim.root, bytes, signature))) throw new HoldfastError('BAD_SIGNATURE')
  await assertSigned(claim.certificate)
}

export const RECOVERY_CLAIM_BYTES = LIMITS.statementBytes + 512
