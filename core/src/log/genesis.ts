import type { Value } from '../base/codec.ts'
import { asArray, asBytes, asUint } from '../base/codec.ts'
import { HoldfastError } from '../base/errors.ts'
import type { AccountId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3Id } from '../proof/blake3.ts'
import type { SignedStatement } from './account-statement.ts'
import { chainValue, decodeChain } from './certificate-chain.ts'

const VAULT_KINDS = ['account', 'folder', 'conversation'] as const
export type VaultKind = (typeof VAULT_KINDS)[number]

/** What a vault starts from: its founder, and the certificates up to the device that signs the first entry (FORMAT.md 5.2). */
export interface Genesis {
  readonly kind: VaultKind
  /** Index documents: 0 for an account vault, else 1 to 16. Never changed. */
  readonly documents: number
  /** Founder account's Ed25519 root public key and X25519 recovery public key. */
  readonly root: Uint8Array
  readonly recovery: Uint8Array
  /** 1 to `genesisChain` certificates: the first by the root key, each next one by the device before it. */
  readonly chain: readonly SignedStatement[]
  readonly nonce: Uint8Array
}

export const GENESIS_NONCE_BYTES = 16

export function genesisValue(genesis: Genesis): Value {
  return [
    VAULT_KINDS.indexOf(genesis.kind),
    genesis.documents,
    genesis.root,
    genesis.recovery,
    chainValue(genesis.chain),
    genesis.nonce
  ]
}

/** Throws MALFORMED. Signatures are checked by whoever verifies the entry. */
export function decodeGenesis(value: Value | undefined): Genesis {
  const item = asArray(value, 6)
  const kind = VAULT_KINDS[asUint(item[0])]
  const documents = asUint(item[1], LIMITS.documents)
  if (kind === undefined || (documents === 0) !== (kind === 'account')) {
    throw new HoldfastError('MALFORMED', 'an unknown kind of vault')
  }
  return {
    kind,
    documents,
    root: asBytes(item[2], 32),
    recovery: asBytes(item[3], 32),
    chain: decodeChain(item[4]),
    nonce: asBytes(item[5], GENESIS_NONCE_BYTES)
  }
}

/** The name of the account with this root public key. */
export function accountIdOf(root: Uint8Array): AccountId {
  return blake3Id<AccountId>(root)
}
