import { idFromBytes } from '../../base/ids.ts'
import { isHoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { AccountId, DeviceId } from '../../base/ids.ts'
import { signAccountStatement } from '../../log/account-statement.ts'
import type { SignedStatement } from '../../log/account-statement.ts'
import { accountIdOf } from '../../log/genesis.ts'
import { signRecoveryClaim } from '../../log/recovery-claim.ts'
import { ed25519PublicKey } from '../../proof/ed25519.ts'
import { x25519PublicKey } from '../../secret/hpke.ts'
import { accountSecretsFromWords } from '../../secret/words.ts'
import { openAccountRecord } from '../../vault/account-contents.ts'
import type { AccountContents } from '../../vault/account-contents.ts'
import type { Contact } from '../../vault/pairing-messages.ts'
import type { DeviceSecrets } from '../../vault/secrets.ts'
import type { Wait } from '../../ports/wait.ts'
import type { Host } from '../../net/host.ts'
import { askRelay } from '../relays/relay-client.ts'

/** Everything that the 24 words give. In memory only, and to be forgotten as soon as the account is back. */
export interface RecoveryKeys {
  readonly account: AccountId
  readonly root: Uint8Array
  readonly recovery: Uint8Array
  readonly rootSeed: Uint8Array
  readonly recoverySecret: Uint8Array
  forget(): void
}

/** What came of asking one relay. */
export interface Answer {
  readonly relay: Contact
  /** Why there is no good record from it: not reached, it lies, it has none (NO_RECORD), it knows no such account (WRONG_WORDS). */
  readonly code: ErrorCode | undefined
  readonly found: { readonly number: number; readonly contents: AccountContents } | undefined
}

/** Throws BAD_WORDS. */
export async function recoveryKeysOf(words: string): Promise<RecoveryKeys> {
  const { rootSeed, recoverySecret } = accountSecretsFromWords(words)
  const root = await ed25519PublicKey(rootSeed)
  const forget = (): void => {
    rootSeed.fill(0)
    recoverySecret.fill(0)
  }
  const recovery = await x25519PublicKey(recoverySecret)
  return { account: accountIdOf(root), root, recovery, rootSeed, recoverySecret, forget }
}

/** The certificate of a device by the root key itself: nobody is left who could make another. */
export function certifyByRoot(keys: RecoveryKeys, { device, xPublic }: DeviceSecrets): Promise<SignedStatement> {
  const issuer = idFromBytes<DeviceId>(keys.root)
  return signAccountStatement(
    { kind: 'certify', account: keys.account, issuer, device, xPublic, name: '' },
    keys.rootSeed
  )
}

/** Shows a relay that this device belongs to whoever has the words, and opens what it keeps. Never rejects. */
export async function askForRecord(
  { host, wait }: { readonly host: Host; readonly wait: Wait },
  relay: Contact,
  keys: RecoveryKeys,
  certificate: SignedStatement,
  signal?: AbortSignal
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await askOnce(host, relay, keys, certificate, signal)
    } catch (error) {
      const code = isHoldfastError(error) ? error.code : 'PEER_FAILED'
      if (code !== 'RATE_LIMITED' || tries === MOST_TRIES) return { relay, code, found: undefined }
      // Somebody who tries again and again is asked for patience: so have it, for a while.
      const waitMs = Math.min((isHoldfastError(error) && error.waitMs) || 0, LONGEST_WAIT_MS)
      await wait(waitMs, signal).catch(() => undefined)
      if (signal?.aborted === true) return { relay, code: 'ABORTED', found: undefined }
    }
  }
}

async function askOnce(
  host: Host,
  relay: Contact,
  keys: RecoveryKeys,
  certificate: SignedStatement,
  signal?: AbortSignal
): Promise<Answer> {
  const target = { peerKey: relay.peer, addresses: [...relay.addresses] }
  const connection = await host.dial(target, signal === undefined ? {} : { signal })
  const { nonce } = await askRelay(connection, { kind: 'nonce' }, 'nonce')
  const claim = await signRecoveryClaim({ relay: relay.peer, nonce, root: keys.root, certificate }, keys.rootSeed)
  const { isKnown, record } = await askRelay(connection, { kind: 'recover', claim }, 'recovered')
  if (record === null) return { relay, code: isKnown ? 'NO_RECORD' : 'WRONG_WORDS', found: undefined }
  const contents = await openAccountRecord(record, keys).catch(() => undefined)
  if (contents === undefined) return { relay, code: 'PEER_LIES', found: undefined }
  return { relay, code: undefined, found: { number: record.number, contents } }
}

const MOST_TRIES = 4
const LONGEST_WAIT_MS = 10_000
