import type { BlobId, VaultId } from '../base/ids.ts'
import { Scrubber } from '../sync/store/scrub.ts'
import type { Engine } from './engine.ts'

export interface VerifyReport {
  readonly entries: number
  readonly blobs: number
  readonly bytes: number
  /** Blobs that do not match their names; they are asked for again from peers. */
  readonly damaged: readonly BlobId[]
  /** Blobs that were damaged before or found so now, and brought again by a peer meanwhile. */
  readonly repaired: number
  /** Entries that are damaged or stand on one that is, by vault: out of the log until a peer gives what is missing. */
  readonly asideEntries: readonly { readonly vault: VaultId; readonly entries: number }[]
}

/**
 * Looks through everything here, log and blobs; what is damaged is noted, and fetched again from whoever is connected. What
 * is damaged and named by nothing is deleted: it is nobody's loss.
 */
export async function verifyHome(
  engine: Engine,
  options: { signal?: AbortSignal; onProgress?: (checked: number, bytes: number) => void }
): Promise<VerifyReport> {
  const { blobs, kv, replica, wait } = engine.home
  const { damaged } = engine.exchange
  await replica.mend()
  await engine.settled()
  const scrubber = new Scrubber({ blobs, kv, damaged, wait, bytesPerSecond: Number.POSITIVE_INFINITY })
  const found = await scrubber.all(options)
  const before = new Set(await engine.exchange.dropUnneeded([...new Set([...found.damaged, ...damaged.list()])]))
  await engine.exchange.lost([...before])
  if (before.size > 0 && engine.isOnline) await engine.exchange.idle()
  const still = [...before].filter((id) => damaged.has(id))
  return {
    entries: engine.vaults().reduce((sum, vault) => sum + vault.replica.log.order().length, 0),
    blobs: found.checked,
    bytes: found.bytes,
    damaged: still,
    repaired: before.size - still.length,
    asideEntries: asideOf(engine)
  }
}

export function asideOf({ home }: Engine): VerifyReport['asideEntries'] {
  return home.replica
    .vaults()
    .flatMap(({ id, asideEntries }) => (asideEntries > 0 ? [{ vault: id, entries: asideEntries }] : []))
}
