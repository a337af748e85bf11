import { idFromBytes } from '../base/ids.ts'
import type { AccountId, DeviceId, Incarnation } from '../base/ids.ts'
import { INCARNATION_BYTES } from '../base/ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import { ed25519PublicKey } from '../proof/ed25519.ts'
import { x25519PublicKey } from '../secret/hpke.ts'
import { accountSecretsFromWords, newRecoveryWords } from '../secret/words.ts'
import { signAccountStatement } from '../log/account-statement.ts'
import type { SignedStatement } from '../log/account-statement.ts'
import type { EntryBytes } from '../log/entry.ts'
import { accountIdOf, GENESIS_NONCE_BYTES } from '../log/genesis.ts'
import type { VaultKind } from '../log/genesis.ts'
import { signGenesis } from '../log/write.ts'
import { claimedTime } from './author.ts'
import type { DeviceSecrets } from './secrets.ts'

/** What everybody may know of an account. */
export interface AccountKeys {
  readonly account: AccountId
  /** Ed25519 root public key. */
  readonly root: Uint8Array
  /** X25519 recovery public key. */
  readonly recovery: Uint8Array
}

export interface NewAccount extends AccountKeys {
  /** The 24 recovery words: shown once and kept nowhere. */
  readonly words: string
  readonly incarnation: Incarnation
  /** First entries of the account's own vault and of the personal vault. */
  readonly accountGenesis: EntryBytes
  readonly personalGenesis: EntryBytes
}

/** Certificates are clear and lie at relays, so the name of a device stands in the vault instead (people.ts). */
const NO_NAME = ''

/** Index documents of a folder tree: enough that no single one grows slow at 100,000 files. */
const DOCUMENTS = 16

/** Makes an account and certifies this device as its first. The root key is used here and then forgotten. */
export async function createAccount(options: {
  secrets: DeviceSecrets
  random: Random
  clock: Clock
}): Promise<NewAccount> {
  const { secrets, random, clock } = options
  const words = newRecoveryWords(random)
  const { rootSeed, recoverySecret } = accountSecretsFromWords(words)
  const root = await ed25519PublicKey(rootSeed)
  const recovery = await x25519PublicKey(recoverySecret)
  const keys = { account: accountIdOf(root), root, recovery }
  const incarnation = newIncarnation(random)
  const issuer = idFromBytes<DeviceId>(root)
  const certificate = await signAccountStatement(
    { kind: 'certify', account: keys.account, issuer, device: secrets.device, xPublic: secrets.xPublic, name: NO_NAME },
    rootSeed
  )
  const author = { device: secrets.device, incarnation, timeMs: claimedTime(clock), seed: secrets.seed }
  const genesis = (kind: VaultKind, documents: number): Promise<{ bytes: EntryBytes }> =>
    signGenesis(
      { kind, documents, root, recovery, chain: [certificate], nonce: random.bytes(GENESIS_NONCE_BYTES) },
      author
    )
  const [accountEntry, personalEntry] = [await genesis('account', 0), await genesis('folder', DOCUMENTS)]
  return { ...keys, words, incarnation, accountGenesis: accountEntry.bytes, personalGenesis: personalEntry.bytes }
}

/** A device of the account certifies another one. */
export function certifyDevice(
  account: AccountId,
  issuer: DeviceSecrets,
  candidate: { device: DeviceId; xPublic: Uint8Array }
): Promise<SignedStatement> {
  const { device, xPublic } = candidate
  return signAccountStatement(
    { kind: 'certify', account, issuer: issuer.device, device, xPublic, name: NO_NAME },
    issuer.seed
  )
}

export function newIncarnation(random: Random): Incarnation {
  return idFromBytes<Incarnation>(random.bytes(INCARNATION_BYTES), INCARNATION_BYTES)
}
