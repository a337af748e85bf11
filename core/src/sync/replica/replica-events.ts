import type { ErrorCode } from '../../base/errors.ts'
import type { AccountId, BlobId, DeviceId, EntryHash, Incarnation, LogId, RecordHash, VaultId } from '../../base/ids.ts'
import type { SignLabel } from '../../base/labels.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { Admission } from '../../log/vault-log.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { Clock } from '../../ports/clock.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import type { StatementNumber } from './heads.ts'
import type { HeldObjects } from './holdings.ts'
import type { Withdrawn } from './own-log.ts'
import type { Placed, Responsibility } from '../copies/placed.ts'
import type { VaultReplica } from './vault-replica.ts'

/** Who this home is. A relay writes no entries and so needs no incarnation. */
export interface Identity {
  readonly device: DeviceId
  readonly role: 'device' | 'relay'
  sign(label: SignLabel, bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
  readonly incarnation?: Incarnation
}

/** Something a person should hear of. `peer`: whom it concerns, null for this home itself. */
export interface Problem {
  readonly vault: VaultId | null
  readonly peer: DeviceId | null
  readonly code: ErrorCode
}

/** Entries became durable here. `from`: the peer that sent them, null for this home's own. */
export interface AdmittedEvent {
  readonly vault: VaultReplica
  readonly admission: Admission
  readonly from: DeviceId | null
}

/**
 * This home's storage was rolled back: a peer holds entries of the incarnation in use that are not here. What no peer had
 * heard of has left the log and is to be written again, in a new incarnation.
 */
export interface RolledBackEvent {
  readonly vault: VaultReplica
  readonly withdrawn: readonly Withdrawn[]
}

export type ReplicaEvent =
  | ({ readonly kind: 'admitted' } & AdmittedEvent)
  | ({ readonly kind: 'rolledBack' } & RolledBackEvent)
  | ({ readonly kind: 'problem' } & Problem)
  /** Object records that were missing have come (others come with their entry). */
  | { readonly kind: 'records'; readonly vault: VaultReplica; readonly records: readonly ObjectRecord[] }
  /** An unpin, or its end, has made these records wanted, unwanted, live or dead. */
  | { readonly kind: 'turned'; readonly vault: VaultReplica; readonly records: readonly RecordHash[] }
  /** A vault was added, or who may be told of one has changed. */
  | { readonly kind: 'vaults' }
  /** A link stopped pulling the vault while others wait to. */
  | { readonly kind: 'released'; readonly vault: VaultReplica }
  | { readonly kind: 'withdrawn'; readonly vault: VaultReplica; readonly log: LogId }
  /** Entries were set aside while links were open: all that was said on them of the vault's heads is void. */
  | { readonly kind: 'mended'; readonly vault: VaultReplica }
  /** Other relays are responsible for some of the vault's objects than before, as this home sees it. */
  | { readonly kind: 'placement'; readonly vault: VaultReplica; readonly was: Responsibility }
  /** What this relay says of the objects of these entries has changed. */
  | { readonly kind: 'states'; readonly vault: VaultReplica; readonly entries: readonly EntryHash[] }
  /** What this device holds of any vault may have changed. */
  | { readonly kind: 'holdings' }
  | { readonly kind: 'statements'; readonly vault: VaultReplica; readonly numbers: readonly StatementNumber[] }

/** The home a vault's replica lies in. */
export interface VaultHost {
  readonly kv: KvStore
  readonly blobs: BlobStore
  readonly clock: Clock
  readonly identity: Identity
  /** Days on which this home ran. */
  daysSeen(): number
  incarnation(): Incarnation
  /** Whether a live pin of any vault here, or an open intent, names the blob. */
  isNeeded(blob: BlobId): boolean
  /** Who is responsible for what, as this home sees it. */
  readonly placed: Placed
  /** Grows when something that a relay had said counts no more. */
  statesForgotten(): number
  /** Whether the relay has said anything of the entry. */
  hasState(relay: DeviceId, vault: VaultId, entry: EntryHash): boolean
  /** Whether the relay said of this object that it is complete there. */
  holdsObject(relay: DeviceId, vault: VaultId, record: RecordHash): boolean
  /** What this device may tell that it holds of the vault, once somebody knows. */
  holdings(vault: VaultId): HeldObjects | undefined
  /** Digest of what the peer told last that it holds of the vault. */
  toldBy(peer: DeviceId, vault: VaultId): string | null
  /** A relay's: the account whose device a peer is, by word of its root key, before any log says so. */
  readonly guestOf?: ((peer: DeviceId) => AccountId | undefined) | undefined
  emit(event: ReplicaEvent): void
}
