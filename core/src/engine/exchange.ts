import { BlobExchange } from '../sync/blobs/blob-exchange.ts'
import type { Home } from '../home/home.ts'
import { releaseBody } from '../net/body-pool.ts'

/** What has come and gone since the start. */
export interface Traffic {
  receivedBlobs: number
  receivedBytes: number
  sentBytes: number
}

/** The blob side of a device: everything its vaults pin is brought here, or only what is asked for. `traffic` is counted up. */
export function openExchange(home: Home, traffic: Traffic, pullsEverything: boolean): Promise<BlobExchange> {
  const { replica, kv, blobs, clock, wait, identity } = home
  return BlobExchange.open({
    replica,
    kv,
    blobs,
    clock,
    wait,
    identity,
    takesIntents: false,
    pullsEverything,
    isLeft: (id) => blobs.left().has(id),
    random: home.random,
    releaseBody,
    onArrived(_id, sizeBytes) {
      traffic.receivedBlobs++
      traffic.receivedBytes += sizeBytes
    },
    onSent(bytes) {
      traffic.sentBytes += bytes
    },
    onProblem: (error, peer) => replica.problem({ vault: null, peer, code: error.code })
  })
}
