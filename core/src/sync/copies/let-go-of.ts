import type { PeerLink } from '../../ports/peer-link.ts'
import type { BlobExchangeOptions } from '../blobs/blob-exchange.ts'
import { LetGo } from './let-go.ts'

/** Of a relay: what it took over for another that is back. A device holds what it holds. */
export function letGoOf(o: BlobExchangeOptions, links: () => Iterable<PeerLink>): LetGo | undefined {
  if (o.identity.role !== 'relay' || o.random === undefined) return undefined
  const { replica, blobs, random } = o
  return new LetGo({
    replica,
    blobs,
    random,
    links,
    onLie(error, peer) {
      replica.peers.noteLie(peer, error.code)
      o.onProblem?.(error, peer)
    }
  })
}
