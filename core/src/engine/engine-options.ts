import type { KeepPolicy } from '../vault/keep-policy.ts'
import type { RecoveryKey } from '../vault/keyring.ts'
import type { Contact } from '../vault/pairing-messages.ts'

export interface EngineOptions {
  /** Multiaddrs; none for a home that only dials. */
  readonly listen?: readonly string[]
  /** Whether devices on the same network are looked for, by what they announce and where they were last met. */
  readonly discover?: boolean
  /** Whether devices that cannot be dialled are met through relays. */
  readonly throughRelays?: boolean
  /** Whether to go online at once. */
  readonly connect?: boolean
  /** What has to be done before anything is heard of others: whoever goes online waits for it, and does not where it fails. */
  readonly beforeOnline?: () => Promise<void>
  /** Whether everything the vaults pin is brought here (the default), or only what is asked for. */
  readonly pull?: boolean
  /** With `pull: false`: what a person wants here is brought all the same, and no more ciphertext stays here than this, unless it is only here. */
  readonly boundBytes?: () => Promise<number>
  /** Between the parts of a look at everything: resolves when nobody waits for less. Without it others have a turn, and it goes on. */
  readonly turn?: () => Promise<void>
  /** What is kept of what was replaced or removed. Without it this device gives nothing up. */
  readonly keep?: KeepPolicy
  /** While an account is brought back by its words. */
  readonly recovery?: RecoveryKey
  /** Relays to be met wherever the vaults say they are. */
  readonly alsoAt?: readonly Contact[]
}
