import { isHoldfastError } from '../../base/errors.ts'
import type { DeviceId, RecordHash, VaultId } from '../../base/ids.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import type { Random } from '../../ports/random.ts'
import { auditOne, haveAll } from './audit.ts'
import { blobsOf } from '../blobs/blob-view.ts'
import { draw } from './let-go.ts'
import type { Replica } from '../replica/replica.ts'

export interface RelayAudit {
  readonly relay: DeviceId
  /** Blobs asked for, each drawn from an object that the relay said it holds. */
  readonly asked: number
  /** It says now that it does not have them. */
  readonly lacking: number
  /** It says that it has them, and did not give them whole. */
  readonly withheld: number
}

export interface AuditOptions {
  readonly replica: Replica
  readonly links: Iterable<PeerLink>
  readonly random: Random
  /** Blobs drawn for each relay, over all vaults. */
  readonly draws: number
}

/**
 * Has every connected relay give some blobs of what it said it holds. Which ones only this side knows, so who throws away a
 * hundredth of everything is found by the hundredth blob or so. What it does not give is no copy any more.
 */
export async function auditRelays({ replica, links, random, draws }: AuditOptions): Promise<RelayAudit[]> {
  const relays = new Map(
    [...links].filter(({ peer }) => replica.roleOf(peer) === 'relay').map((one) => [one.peer, one])
  )
  const audits: RelayAudit[] = []
  for (const [relay, link] of relays) {
    const counts = { asked: 0, lacking: 0, withheld: 0 }
    try {
      for (const { vault, hash, record } of drawnFor(replica, relay, random, draws)) {
        const result = await ask(link, vault, record, random)
        counts.asked++
        if (result === 'given') continue
        counts[result]++
        forgetSaid(replica, relay, vault, hash)
        if (result === 'withheld') replica.peers.noteLie(relay, 'PEER_LIES')
      }
    } catch (error) {
      // It went away in the middle: nothing is shown by that.
      if (!isHoldfastError(error)) throw error
    }
    audits.push({ relay, ...counts })
  }
  await replica.peers.flush()
  return audits
}

interface Drawn {
  readonly vault: VaultId
  readonly hash: RecordHash
  readonly record: ObjectRecord
}

function drawnFor(replica: Replica, relay: DeviceId, random: Random, draws: number): Drawn[] {
  const all: Drawn[] = []
  for (const { id, log } of replica.vaults()) {
    for (const hash of replica.peers.completeAt(relay, id)) {
      const record = log.pins().isLive(hash) ? log.pins().record(hash) : undefined
      // Of what is others' to hold it may let go at any time.
      if (record !== undefined && replica.placed.isResponsible(id, relay, record.object))
        all.push({ vault: id, hash, record })
    }
  }
  if (all.length <= draws) return all
  return Array.from({ length: draws }, () => draw(random, all))
}

async function ask(
  link: PeerLink,
  vault: VaultId,
  record: ObjectRecord,
  random: Random
): Promise<'given' | 'lacking' | 'withheld'> {
  const ids = blobsOf(record).map(({ id }) => id)
  const here = await haveAll(link, vault, ids)
  if (ids.some((id) => !here.has(id))) return 'lacking'
  return (await auditOne(link, vault, draw(random, ids))) ? 'given' : 'withheld'
}

/** What the relay said of this object, and of what came with it, counts no more. */
export function forgetSaid(replica: Replica, relay: DeviceId, vault: VaultId, hash: RecordHash): void {
  const pins = replica.vault(vault)?.log.pins()
  for (const entry of pins?.bringersOf(hash) ?? [])
    replica.peers.forgetState(relay, vault, entry, pins?.recordsOf(entry) ?? [])
}
