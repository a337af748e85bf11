import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type { BlobId } from '@holdfast/core/base/ids'
import { Scrubber } from '@holdfast/core/sync/scrub'
import { systemWait } from '../home/platform.ts'
import type { Engine } from './engine.ts'

export interface VerifyReport {
  readonly entries: number
  readonly blobs: number
  readonly bytes: number
  /** Blobs that do not match their names; they are asked for again from peers. */
  readonly damaged: readonly BlobId[]
  /** Damaged before or found now, and brought again by a peer meanwhile. */
  readonly repaired: number
  /** Entries of the log that cannot be read. */
  readonly damagedEntries: readonly { readonly entry: string; readonly code: ErrorCode }[]
}

/** Re-hashes everything here, log and blobs; what is damaged is noted, and fetched again from whoever is connected. */
export async function verifyHome(
  engine: Engine,
  options: { signal?: AbortSignal; onProgress?: (checked: number, bytes: number) => void }
): Promise<VerifyReport> {
  const { blobs, kv } = engine.home
  const { damaged } = engine.exchange
  const damagedEntries = await verifyLogs(engine, options.signal)
  const scrubber = new Scrubber({ blobs, kv, damaged, wait: systemWait, bytesPerSecond: Number.POSITIVE_INFINITY })
  const found = await scrubber.all(options)
  const before = new Set([...found.damaged, ...damaged.list()])
  await engine.exchange.lost([...before])
  if (before.size > 0 && engine.isOnline) await engine.exchange.idle()
  const still = [...before].filter((id) => damaged.has(id))
  return { entries: engine.vault.replica.log.order().length, blobs: found.checked, bytes: found.bytes, damaged: still, repaired: before.size - still.length, damagedEntries }
}

async function verifyLogs(engine: Engine, signal: AbortSignal | undefined): Promise<{ entry: string; code: ErrorCode }[]> {
  const damaged: { entry: string; code: ErrorCode }[] = []
  for (const { log, store } of engine.home.replica.vaults()) {
    for (const hash of log.order()) {
      if (signal?.aborted === true) throw new HoldfastError('ABORTED')
      try {
        const bytes = await store.entryBytes(hash)
        if (bytes === undefined) damaged.push({ entry: hash, code: 'HOME_DAMAGED' })
        else if (log.entry(hash)?.header.payloadHash !== null) await store.payload(hash)
      } catch (error) {
        if (!isHoldfastError(error)) throw error
        damaged.push({ entry: hash, code: error.code })
      }
    }
  }
  return damaged
}
