import { HoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { Engine } from './engine.ts'
import type { Network } from './network.ts'

export interface SyncProgress {
  readonly receivedBlobs: number
  readonly receivedBytes: number
  readonly sentBytes: number
  /** Blobs still wanted. */
  readonly missing: number
}

export interface SyncReport extends SyncProgress {
  readonly peers: number
  readonly failed: readonly { readonly peer: DeviceId; readonly code: ErrorCode }[]
}

const PROGRESS_MS = 500

/** Until nothing is left to send or receive with any peer that can be reached. Throws NO_PEER when none can, ABORTED. */
export async function syncAll(
  engine: Engine,
  network: Network,
  options: { signal?: AbortSignal; onProgress?: (progress: SyncProgress) => void }
): Promise<SyncReport> {
  const before = engine.traffic()
  const progress = (): SyncProgress => {
    const now = engine.traffic()
    return {
      receivedBlobs: now.receivedBlobs - before.receivedBlobs,
      receivedBytes: now.receivedBytes - before.receivedBytes,
      sentBytes: now.sentBytes - before.sentBytes,
      missing: engine.exchange.wanted.size
    }
  }
  const ticking = setInterval(() => options.onProgress?.(progress()), PROGRESS_MS)
  try {
    const { failed } = await orAborted(network.attemptAll(), options.signal)
    const peers = network.connected().length
    if (peers === 0) throw new HoldfastError('NO_PEER', undefined, { cause: failed })
    await orAborted(exchangeAll(engine, network), options.signal)
    // Whoever only introduced this device need not be met any more once the vault names its relays.
    return { peers, failed: failed.filter(({ peer }) => network.keeps(peer)), ...progress() }
  } finally {
    clearInterval(ticking)
  }
}

/** One round may bring what the next has to pass on, so it ends only after a round in which nothing happened. */
async function exchangeAll(engine: Engine, network: Network): Promise<void> {
  for (let quiet = false; !quiet; ) {
    const sessions = network.sessionsWith()
    if (sessions.length === 0) throw new HoldfastError('DISCONNECTED')
    await Promise.allSettled(sessions.map((session) => session.idle()))
    await engine.settled()
    await engine.exchange.idle()
    const after = network.sessionsWith()
    quiet = after.length > 0 && after.every((session) => sessions.includes(session) && session.isSettled)
  }
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  let abort: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new HoldfastError('ABORTED'))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
