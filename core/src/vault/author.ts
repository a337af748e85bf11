import type { EntryHash, EpochId, Incarnation } from '../base/ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { EntryKind, Header } from '../log/header.ts'
import type { Statement } from '../log/statement.ts'
import { signEntry } from '../log/write.ts'
import type { ClearBody } from '../log/write.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import type { DeviceSecrets } from './secrets.ts'

/** Who writes: this device, in the life of its log that it is in now. */
export interface Author {
  readonly secrets: DeviceSecrets
  incarnation(): Incarnation
  readonly clock: Clock
  /** Throws where this device may write nothing at all any more. */
  readonly assertMayWrite?: () => void
  /** Entries that this device cannot read for good and must not build on. Who builds on one of them is among them. */
  readonly avoids?: (entry: EntryHash) => boolean
}

/** Times of the format begin with 1970; a clock that is set to before that claims 1970. */
export function claimedTime(clock: Clock): number {
  return Math.max(0, clock.nowMs())
}

/** Header of the author's next entry in this vault, on top of everything held. */
export function draftEntry(
  replica: VaultReplica,
  author: Author,
  kind: Exclude<EntryKind, 'genesis'>,
  epoch?: EpochId
): Header {
  const { secrets, clock, avoids } = author
  author.assertMayWrite?.()
  return replica.log.draft({
    device: secrets.device,
    incarnation: author.incarnation(),
    kind,
    timeMs: claimedTime(clock),
    avoids,
    ...(epoch === undefined ? {} : { epoch })
  })
}

/** Writes an entry that everybody can read: statements, an epoch, wraps, a freeze. Durable when it resolves. */
export async function writeClear(replica: VaultReplica, author: Author, body: ClearBody): Promise<EntryHash> {
  const entry = await signEntry(draftEntry(replica, author, body.kind), body, author.secrets.seed)
  return replica.append(entry.bytes, [])
}

export function writeStatements(
  replica: VaultReplica,
  author: Author,
  statements: readonly Statement[]
): Promise<EntryHash> {
  return writeClear(replica, author, { kind: 'statement', statements })
}
