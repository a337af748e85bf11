import { isHoldfastError } from '../../base/errors.ts'
import type { BlobId, DeviceId, RecordHash, VaultId } from '../../base/ids.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import type { Random } from '../../ports/random.ts'
import { auditOne, haveAll } from './audit.ts'
import { blobsOf } from '../blobs/blob-view.ts'
import { draw } from './let-go.ts'
import { forgetSaid } from './relay-audit.ts'
import type { Replica } from '../replica/replica.ts'

/** Objects that are asked about together. */
export interface ToProve {
  readonly vault: VaultId
  readonly record: ObjectRecord
}

/** Blobs that a relay has to give, of all that it is asked about at one time. */
const DRAWS = 4

/**
 * Which connected relays show that they hold these objects: each says of every blob that it is there, and gives some that are drawn here. One
 * that does not give what it says it has lies, and nothing that it said of these objects counts any more.
 */
export async function proveHeld(
  asked: readonly ToProve[],
  { replica, links, random }: { replica: Replica; links: Iterable<PeerLink>; random: Random }
): Promise<Map<RecordHash, Set<DeviceId>>> {
  const proven = new Map<RecordHash, Set<DeviceId>>()
  const relays = new Map(
    [...links].filter(({ peer }) => replica.roleOf(peer) === 'relay').map((one) => [one.peer, one])
  )
  for (const [relay, link] of relays) {
    const its = asked.filter(
      ({ vault, record }) =>
        replica.vault(vault)?.log.membership().isRelay(relay) === true &&
        replica.peers.holdsObject(relay, vault, record.hash)
    )
    try {
      for (const { record } of await shown(its, relay, link, replica, random))
        proven.set(record.hash, (proven.get(record.hash) ?? new Set()).add(relay))
    } catch (error) {
      if (!isHoldfastError(error)) throw error // it went away: nothing is shown by that
    }
  }
  await replica.peers.flush()
  return proven
}

async function shown(
  its: readonly ToProve[],
  relay: DeviceId,
  link: PeerLink,
  replica: Replica,
  random: Random
): Promise<ToProve[]> {
  const whole: ToProve[] = []
  for (const [vault, lot] of byVault(its)) {
    const ids = lot.flatMap(({ record }) => blobsOf(record).map(({ id }) => id))
    const here = await haveAll(link, vault, [...new Set(ids)])
    for (const one of lot)
      if (blobsOf(one.record).every(({ id }) => here.has(id))) whole.push(one)
      else forgetSaid(replica, relay, vault, one.record.hash)
  }
  const drawable = whole.flatMap(({ vault, record }) => blobsOf(record).map(({ id }) => ({ vault, id })))
  for (let number = 0; number < Math.min(DRAWS, drawable.length); number++) {
    const { vault, id }: { vault: VaultId; id: BlobId } = draw(random, drawable)
    if (await auditOne(link, vault, id)) continue
    replica.peers.noteLie(relay, 'PEER_LIES')
    for (const one of whole) forgetSaid(replica, relay, one.vault, one.record.hash)
    return []
  }
  return whole
}

function byVault(all: readonly ToProve[]): Map<VaultId, ToProve[]> {
  const lots = new Map<VaultId, ToProve[]>()
  for (const one of all) {
    const lot = lots.get(one.vault)
    if (lot === undefined) lots.set(one.vault, [one])
    else lot.push(one)
  }
  return lots
}
