import { HoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { DeviceId, VaultId } from '../base/ids.ts'
import { every } from './later.ts'
import { orAborted } from './or-aborted.ts'
import type { Engine } from './engine.ts'
import type { Network } from './network.ts'
import { refusedPaths } from './vault-status.ts'
import { missingBlobsOf } from './whereabouts.ts'

export interface SyncProgress {
  readonly receivedBlobs: number
  readonly receivedBytes: number
  readonly sentBytes: number
  /** Blobs that are to come by themselves and have not; what was let go on purpose is none of them. */
  readonly missing: number
}

export interface SyncReport extends SyncProgress {
  readonly peers: number
  /** Not reached, or reached and not in step: it refuses a vault (REFUSED, ROLLED_BACK) or takes no more (QUOTA_EXCEEDED). */
  readonly failed: readonly Failure[]
  /** Objects that are whole here and that a relay says it does not hold whole. */
  readonly incomplete: number
  /** Whether everybody who was reached has everything. */
  readonly inStep: boolean
  /** Where what is mounted is no longer given to this account: what came before stays. */
  readonly refused: readonly (readonly string[])[]
}

interface Failure {
  readonly peer: DeviceId
  readonly code: ErrorCode
}

const PROGRESS_MS = 500

/**
 * Until nothing is left to send or receive with any peer that can be reached. Throws NO_PEER when none can (PEER_MISMATCH
 * when somebody else answered in its place), ABORTED.
 */
export async function syncAll(
  engine: Engine,
  network: Network,
  options: { signal?: AbortSignal; onProgress?: (progress: SyncProgress) => void }
): Promise<SyncReport> {
  const before = engine.traffic()
  const knownProblems = new Set(engine.problems())
  const progress = (): SyncProgress => {
    const now = engine.traffic()
    return {
      receivedBlobs: now.receivedBlobs - before.receivedBlobs,
      receivedBytes: now.receivedBytes - before.receivedBytes,
      sentBytes: now.sentBytes - before.sentBytes,
      missing: missingBlobsOf(engine)
    }
  }
  const endTicking = every(engine.home.wait, PROGRESS_MS, () => options.onProgress?.(progress()))
  try {
    const { failed } = await orAborted(network.attemptAll(), options.signal)
    await orAborted(network.untilNear(), options.signal)
    const met = network.connected()
    if (met.length === 0) throw new HoldfastError(reasonOf(failed), undefined, { cause: failed })
    await orAborted(exchangeAll(engine, network), options.signal)
    const refused = network.refusals().filter(({ peer }) => met.includes(peer))
    const full = engine
      .problems()
      .filter((problem) => !knownProblems.has(problem))
      .flatMap(({ peer, code }) => (peer !== null && NOT_TAKEN.has(code) ? [{ peer, code }] : []))
    const peers = met.filter((peer) => refused.every((one) => one.peer !== peer)).length
    const incomplete = incompleteAtRelays(engine, network.refusedVaults())
    // Whoever only introduced this device need not be met any more once the vault names its relays; others were found nearby since.
    const unreached = failed.filter(({ peer }) => network.keeps(peer) && !met.includes(peer))
    const inStep = refused.length + full.length + incomplete === 0
    const failures = onePerPeer([...full, ...unreached, ...refused])
    return { peers, failed: failures, incomplete, inStep, refused: refusedPaths(engine), ...progress() }
  } finally {
    endTicking()
  }
}

/** That an address is somebody else's is worth more to know than that nobody was found at the others. */
function reasonOf(failed: readonly Failure[]): ErrorCode {
  return failed.some(({ code }) => code === 'PEER_MISMATCH') ? 'PEER_MISMATCH' : 'NO_PEER'
}

const NOT_TAKEN: ReadonlySet<ErrorCode> = new Set(['QUOTA_EXCEEDED', 'PEER_FAILED'])

function onePerPeer(failures: readonly Failure[]): Failure[] {
  return [...new Map(failures.map((failure) => [failure.peer, failure])).values()]
}

function incompleteAtRelays({ home, exchange }: Engine, refused: ReadonlySet<VaultId>): number {
  let incomplete = 0
  for (const { id, log } of home.replica.vaults()) {
    if (refused.has(id)) continue
    const named = new Set(log.membership().relays.map(({ peer }) => peer))
    for (const record of log.pins().liveRecords())
      if (
        log.pins().isWanted(record) &&
        exchange.wanted.isComplete(record) &&
        home.replica.peers.objectState(id, record).incomplete.some((peer) => named.has(peer))
      )
        incomplete++
  }
  return incomplete
}

/**
 * One round may bring what the next has to pass on, so it ends only after a round in which nothing happened. A vault that was
 * heard of on the way may lie at relays that nobody has tried yet.
 */
async function exchangeAll(engine: Engine, network: Network): Promise<void> {
  const tried = new Set(engine.targets().map(({ peer }) => peer))
  for (let quiet = false; !quiet; ) {
    const sessions = network.sessionsWith()
    const isRefused = network.refusals().length + network.refusedVaults().size > 0
    if (sessions.length === 0 && isRefused) return // who knows nobody here keeps no connection
    if (sessions.length === 0) throw new HoldfastError('DISCONNECTED')
    await Promise.allSettled(sessions.map((session) => session.idle()))
    await engine.settled()
    await engine.exchange.idle()
    const fresh = engine.targets().filter(({ peer }) => !tried.has(peer))
    for (const { peer } of fresh) tried.add(peer)
    if (fresh.length > 0) await network.attemptAll()
    const after = network.sessionsWith()
    quiet = after.length > 0 && after.every((session) => sessions.includes(session) && session.isSettled)
  }
}
