import type { DeviceId, EntryHash, LogId, RecordHash, VaultId } from '../../base/ids.ts'
import type { Head } from '../../log/head-statement.ts'
import type { StatementNumber } from '../replica/heads.ts'
import type { HeldObjects } from '../replica/holdings.ts'
import type { LogRange, WireStatement } from '../wire/messages.ts'

/**
 * What the protocol sees of the replica: what is durable here, and nothing that is not yet. All of it is in memory and
 * answers at once, so that the machine stays a plain function of its events and of these answers.
 */
export interface ReplicaView {
  readonly role: 'device' | 'relay'
  readonly device: DeviceId
  vaults(): Iterable<VaultView>
  vault(id: VaultId): VaultView | undefined
}

export interface VaultView {
  readonly id: VaultId
  /** Whether this vault's own verified membership lists the peer (or whoever paired this device named it). */
  mayNameTo(peer: DeviceId): boolean
  /** Whether the membership itself lists it: then the peer knows of the vault, or has lost it. */
  lists(peer: DeviceId): boolean
  /** Last durable and counted entry of each log. */
  heads(): readonly Head[]
  /** Number up to which a log is held, counted or not; 0 when it is unknown. */
  heldSeq(log: LogId): number
  holds(hash: EntryHash): boolean
  counts(hash: EntryHash): boolean
  /** Of each log known to carry two entries with one number, two such entries, where both are held. */
  forkProofs(): readonly { readonly log: LogId; readonly entries: readonly EntrySketch[] }[]
  hashAt(log: LogId, seq: number): EntryHash | undefined
  /** The log this home writes now, and up to where any peer may have heard of it. */
  ownLog(): { readonly log: LogId; readonly announcedSeq: number } | null
  /** Entries of these ranges in causal order, at most `max`; `more` when there are others. */
  inOrder(
    ranges: readonly LogRange[],
    max: number
  ): { readonly entries: readonly EntrySketch[]; readonly more: boolean }
  sketch(hash: EntryHash): EntrySketch | undefined
  /** Object records the entry brings; none when it does not count here. */
  broughtBy(hash: EntryHash): readonly RecordHash[]
  /** About the bytes the entry has on the wire with its object records. */
  sizeOf(hash: EntryHash): number
  /** Numbers of the newest head statements held, one a device. */
  numbers(): readonly StatementNumber[]
  statement(device: DeviceId): WireStatement | undefined
  /** Whether this home's own head statement no longer says what it holds. */
  statementIsStale(): boolean
  /** Entries of whose objects this relay has not said what it should, in causal order, at most `max`. */
  unknownStates(relay: DeviceId, except: ReadonlySet<EntryHash>, max: number): readonly EntryHash[]
  /** What this device may tell another that it holds; undefined while that is not known, and at a relay. */
  holdings(): HeldObjects | undefined
  /** Digest of what the peer, a device, told last that it holds. */
  toldBy(peer: DeviceId): string | null
  /** One link at a time pulls a vault's backlog, so that nothing is fetched twice. */
  claim(owner: object): boolean
  release(owner: object): void
}

export interface EntrySketch {
  readonly hash: EntryHash
  readonly log: LogId
  readonly seq: number
  readonly hasRecords: boolean
}
