import { deriveKey } from '../proof/blake3.ts'
import { DERIVE } from '../base/labels.ts'
import { toHex } from '../base/bytes.ts'
import { idBytes, splitLogId } from '../base/ids.ts'
import type { EntryHash, LogId, VaultId } from '../base/ids.ts'
import { ACTOR_BYTES } from './operations.ts'
import type { Actor, DocumentChange } from './operations.ts'

/** Everything an entry builds on, itself not included. Implemented by the log, which alone knows the chains. */
export interface CausalPast {
  /** Whether the entry `hash`, which has number `seq` in `log`, is in this past. The hash tells the branches of a forked log apart. */
  has(log: LogId, seq: number, hash: EntryHash): boolean
}

/** A counted change entry as the index sees it: verified by the log, its payload opened. */
export interface IndexEntry {
  readonly hash: EntryHash
  readonly log: LogId
  readonly seq: number
  readonly past: CausalPast
  /** From the header: the keyed commitment to each touched document's change hash. */
  readonly commitments: ReadonlyMap<number, Uint8Array>
  /** Makes such a commitment under the epoch the header names. */
  commit(changeHash: Uint8Array): Uint8Array
  readonly operations: readonly DocumentChange[]
}

export interface IndexOptions {
  readonly vault: VaultId
  /** Number of documents, from the genesis. 1 to 16. */
  readonly documents: number
  /** The past of an entry that was applied before. */
  pastOf(entry: EntryHash): CausalPast
  /** What people call the device of a log; it stands in the names of conflict copies. */
  deviceName?(log: LogId): string | undefined
}

/** The Automerge actor of a log: nobody chooses it, so nobody can write under another's. */
export function actorOf(vault: VaultId, log: LogId): Actor {
  const { device, incarnation } = splitLogId(log)
  const key = deriveKey(DERIVE.actor, idBytes(vault), idBytes(device), idBytes(incarnation))
  return toHex(key.subarray(0, ACTOR_BYTES)) as Actor
}
