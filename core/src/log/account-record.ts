import type { Value } from '../base/codec.ts'
import { asArray, asBytes, asId, asUint, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import { idBytes } from '../base/ids.ts'
import type { AccountId, DeviceId } from '../base/ids.ts'
import { SIGN } from '../base/labels.ts'
import { LIMITS } from '../base/limits.ts'
import { verify } from '../proof/sign.ts'
import { assertChain, chainValue, decodeChain } from './certificate-chain.ts'
import type { CertificateChain } from './certificate-chain.ts'
import { accountIdOf } from './genesis.ts'

/**
 * What relays keep of an account so that its 24 words alone bring it back (FORMAT.md 5.11): numbered, the highest
 * replaces the others, and at the highest number there is the later one does. What it holds is sealed to the account's recovery key; who wrote it is shown by the chain.
 */
export interface AccountRecord {
  readonly account: AccountId
  readonly number: number
  readonly sealed: Uint8Array
  /** What is signed: account, number and the sealed part. */
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
  /** To the device that signed. */
  readonly chain: CertificateChain
}

export async function signAccountRecord(
  { account, number, sealed }: Pick<AccountRecord, 'account' | 'number' | 'sealed'>,
  chain: CertificateChain,
  sign: (label: typeof SIGN.accountRecord, bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
): Promise<AccountRecord> {
  const bytes = encode([1, idValue(account), number, sealed])
  if (bytes.length > LIMITS.accountRecordBytes || number > LIMITS.accountRecordNumber)
    throw new HoldfastError('TOO_LARGE')
  return { account, number, sealed, bytes, signature: await sign(SIGN.accountRecord, bytes), chain }
}

/** `[record, signature, [[statement, signature]…]]`. */
export function accountRecordValue({ bytes, signature, chain }: AccountRecord): Value {
  return [bytes, signature, chainValue(chain)]
}

/** Throws TOO_LARGE, MALFORMED, UNSUPPORTED_VERSION. Only the form is checked. */
export function readAccountRecord(value: Value | undefined): AccountRecord {
  const [first, signature, chain] = asArray(value, 3)
  const bytes = asBytes(first, { max: LIMITS.accountRecordBytes })
  const [version, account, number, sealed] = asArray(decode(bytes, LIMITS.accountRecordBytes), 4)
  asVersion(version, 1)
  return {
    account: asId<AccountId>(account),
    number: asUint(number, LIMITS.accountRecordNumber),
    sealed: asBytes(sealed, { max: LIMITS.accountRecordBytes }),
    bytes,
    signature: asBytes(signature, 64),
    chain: decodeChain(chain)
  }
}

/**
 * The device that signed, which the account with this root key certified; whether it was revoked since, only the
 * account's log knows. Throws NOT_A_MEMBER, BAD_SIGNATURE.
 */
export async function assertAccountRecord(record: AccountRecord, root: Uint8Array): Promise<DeviceId> {
  if (record.account !== accountIdOf(root)) throw new HoldfastError('NOT_A_MEMBER', 'the record of another account')
  const device = await assertChain(record.chain, root)
  if (!(await verify(SIGN.accountRecord, idBytes(device), record.bytes, record.signature)))
    throw new HoldfastError('BAD_SIGNATURE')
  return device
}
