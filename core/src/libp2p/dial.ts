import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdOf, peerKeyOf } from './peer-id.ts'
import type { Connection as Libp2pConnection, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { DialOptions, DialTarget } from '../net/host.ts'
import type { PeerKey } from '../net/peer-key.ts'

export const DIAL_TIMEOUT_MS = 5_000

/**
 * Tries the addresses in turn. A live direct connection to `peerKey` is given instead of a second one. Rejects PEER_MISMATCH
 * when somebody else answered and nobody better did, TIMEOUT, ABORTED, or NO_PEER.
 */
export async function dial(node: Libp2p, target: DialTarget, options: DialOptions = {}): Promise<Libp2pConnection> {
  const existing = target.peerKey === undefined ? undefined : node.getConnections(peerIdOf(target.peerKey)).find(isOpen)
  if (existing !== undefined) return existing
  const addresses = dialable(target)
  const deadline = performance.now() + (options.timeoutMs ?? DIAL_TIMEOUT_MS)
  let worst = new HoldfastError('NO_PEER')
  for (const [index, address] of addresses.entries()) {
    const leftMs = deadline - performance.now()
    if (leftMs <= 0) break
    try {
      return await dialOne(node, address, Math.ceil(leftMs / (addresses.length - index)), options.signal)
    } catch (error) {
      const failure = dialError(error, options.signal)
      if (failure.code === 'ABORTED') throw failure
      if (SEVERITY.indexOf(failure.code) > SEVERITY.indexOf(worst.code)) worst = failure
    }
  }
  throw worst
}

/** What is told when several addresses failed in different ways. */
const SEVERITY: readonly string[] = ['NO_PEER', 'TIMEOUT', 'PEER_MISMATCH']

/** One through a relay is no reason not to dial: the direct one takes its place. */
function isOpen(connection: Libp2pConnection): boolean {
  return connection.status === 'open' && connection.direct
}

interface Candidate {
  readonly address: Multiaddr
  readonly peerKey: PeerKey | undefined
}

/** Addresses that can be read, with the peer's own name appended: then Noise itself refuses anybody else. */
function dialable(target: DialTarget): Candidate[] {
  const suffix = target.peerKey === undefined ? '' : `/p2p/${peerIdOf(target.peerKey).toString()}`
  const found: Candidate[] = []
  for (const text of target.addresses.slice(0, LIMITS.addresses)) {
    try {
      const address = multiaddr(text)
      const named = address.getComponents().some(({ name }) => name === 'p2p')
      found.push({ address: named ? address : multiaddr(text + suffix), peerKey: target.peerKey })
    } catch {
      // Not an address: the next one may be.
    }
  }
  return found
}

async function dialOne(
  node: Libp2p,
  candidate: Candidate,
  timeoutMs: number,
  signal: AbortSignal | undefined
): Promise<Libp2pConnection> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
  let connection: Libp2pConnection
  try {
    connection = await node.dial(candidate.address, { signal: either })
  } catch (cause) {
    if (timeout.aborted && signal?.aborted !== true) throw new HoldfastError('TIMEOUT', undefined, { cause })
    throw cause
  }
  if (candidate.peerKey === undefined || peerKeyOf(connection.remotePeer) === candidate.peerKey) return connection
  // An address that names another peer in its own `/p2p/` part.
  throw new HoldfastError('PEER_MISMATCH')
}

export function dialError(error: unknown, signal: AbortSignal | undefined): HoldfastError {
  if (isHoldfastError(error)) return error
  if (signal?.aborted === true) return new HoldfastError('ABORTED', undefined, { cause: error })
  return new HoldfastError(isWrongPeer(error) ? 'PEER_MISMATCH' : 'NO_PEER', undefined, { cause: error })
}

/** libp2p wraps the typed error of Noise into one that keeps only its (own, not remote) text; over WebRTC it comes as it is. */
function isWrongPeer(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'UnexpectedPeerError') return true
  return error.name === 'EncryptionFailedError' && error.message.includes('does not match expected remote identity key')
}
