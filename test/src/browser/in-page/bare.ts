// One libp2p stream between a worker and a peer, and nothing above it but frames: what the vault's transfers are measured against.
import { servePeerConnections } from '@holdfast/pwa/net/page-rtc'
import type { BareAnswer, BareQuestion } from './bare-messages.ts'

const worker = new Worker(new URL('./bare-worker.js', import.meta.url), { type: 'module' })
const { port1, port2 } = new MessageChannel()
servePeerConnections(port1)
worker.postMessage(port2, [port2])

/** Seconds that `mebibytes` took. */
function transfer(question: BareQuestion): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<BareAnswer>) =>
      'error' in data ? reject(new Error(data.error)) : resolve(data.seconds)
    worker.postMessage(question)
  })
}

Object.assign(globalThis, { transfer })
