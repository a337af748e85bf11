import type { ErrorCode } from '../../base/errors.ts'
import type { EntryHash, LogId, RecordHash, VaultId } from '../../base/ids.ts'
import type { Head } from '../../log/head-statement.ts'
import type { Holdings } from '../replica/holdings.ts'
import type { Entries, LogRange, Message, ObjectState, WireEntry, WireStatement } from '../wire/messages.ts'

/** What happens to one link, as the machine is told of it. */
export type SyncEvent =
  | { readonly kind: 'linkUp'; readonly nowMs: number }
  | { readonly kind: 'message'; readonly message: Message; readonly nowMs: number }
  /** A `receive` effect has been carried out. */
  | {
      readonly kind: 'received'
      readonly turn: number
      readonly vault: VaultId
      readonly role: Entries['role']
      readonly report: ReceiveReport
    }
  /** An `answer` or `push` effect has been carried out with these entries. */
  | {
      readonly kind: 'delivered'
      readonly turn: number
      readonly vault: VaultId
      readonly job: 'answer' | 'push'
      readonly entries: readonly LogPosition[]
    }
  /** A `tellStates` or `acceptStatements` effect has been carried out. */
  | { readonly kind: 'done'; readonly turn: number; readonly vault: VaultId }
  /** Something became durable in this vault, here or by way of another link, or another link stopped pulling it. */
  | { readonly kind: 'grown'; readonly vault: VaultId }
  /** Vaults came, or memberships changed: who may be told what is looked at anew. */
  | { readonly kind: 'reconsider'; readonly nowMs: number }
  /** Entries of this log that no peer had heard of were taken back. */
  | { readonly kind: 'withdrawn'; readonly vault: VaultId; readonly log: LogId }
  /** What the peer said of the vault's objects counts no more. */
  | { readonly kind: 'forgotten'; readonly vault: VaultId }
  /** What this device holds may have changed, in any vault. */
  | { readonly kind: 'holdings' }
  /** Newer head statements are held. */
  | { readonly kind: 'statements'; readonly vault: VaultId }
  | { readonly kind: 'renewed'; readonly turn: number; readonly vault: VaultId }
  | { readonly kind: 'uploaded'; readonly turn: number; readonly vault: VaultId; readonly entry: EntryHash }

/**
 * `turn` names the work: it comes back in the event that ends it, so that work begun before a vault was dropped and taken
 * up again is not mistaken for work of now.
 */
export type Effect = { readonly turn: number } & Work

export type Work =
  | { readonly kind: 'send'; readonly message: Message }
  /** Verify, store and admit (a relay then tells the states of these entries); then `received`. */
  | {
      readonly kind: 'receive'
      readonly vault: VaultId
      readonly entries: readonly WireEntry[]
      readonly role: Entries['role']
    }
  /** Send what is held of these ranges, about one frame of it; then `delivered`. */
  | { readonly kind: 'answer'; readonly vault: VaultId; readonly ranges: readonly LogRange[] }
  /** Send these entries (to a relay: their blobs first); then `delivered`. */
  | { readonly kind: 'push'; readonly vault: VaultId; readonly entries: readonly EntryHash[] }
  /** Then `done`. */
  | { readonly kind: 'tellStates'; readonly vault: VaultId; readonly entries: readonly EntryHash[] }
  | { readonly kind: 'noteState'; readonly state: ObjectState }
  /** A device said what it holds. */
  | { readonly kind: 'noteHoldings'; readonly vault: VaultId; readonly holdings: Holdings }
  /** Bring the missing blobs of these objects to the relay as far as they are here; then `uploaded`. */
  | {
      readonly kind: 'upload'
      readonly vault: VaultId
      readonly entry: EntryHash
      readonly records: readonly RecordHash[]
    }
  /** Then `done`. */
  | { readonly kind: 'acceptStatements'; readonly vault: VaultId; readonly statements: readonly WireStatement[] }
  /** Sign a new head statement; then `renewed`. */
  | { readonly kind: 'renew'; readonly vault: VaultId }
  /** The peer showed these heads (all it has, when `whole`). */
  | { readonly kind: 'noteHeads'; readonly vault: VaultId; readonly heads: readonly Head[]; readonly whole: boolean }
  /** A peer that the membership lists says that it does not know the vault, or this side. */
  | { readonly kind: 'noteRefusal'; readonly vault: VaultId }
  /** Both sides speak of this vault from now on, or no longer. */
  | { readonly kind: 'met' | 'unmet'; readonly vault: VaultId }
  /** Nothing is left to exchange about this vault. */
  | { readonly kind: 'settled'; readonly vault: VaultId }
  /** The peer broke the protocol or sent what is provably wrong. */
  | { readonly kind: 'lie'; readonly code: ErrorCode }

export interface LogPosition {
  readonly log: LogId
  readonly seq: number
}

/** What became of the entries of one frame. */
export interface ReceiveReport {
  readonly admitted: readonly EntryHash[]
  /** Kept until their ancestors arrive. */
  readonly waiting: readonly EntryHash[]
  /** Held before. */
  readonly known: readonly EntryHash[]
  readonly refused: readonly { readonly hash?: EntryHash; readonly code: ErrorCode }[]
  /** Where the entries of the frame stand in their logs: those dealt with in whatever way, */
  readonly touched: readonly LogPosition[]
  /** those dropped for want of room, */
  readonly dropped: readonly LogPosition[]
  /** and those that follow another entry than the one held here. */
  readonly parted: readonly LogPosition[]
  /** This home's own log, when entries of it had to be taken back for those of the frame. */
  readonly withdrawn?: LogId
}
