import { HoldfastError } from '../base/errors.ts'
import { alikeIn } from './alike.ts'
import { fewerCopiesText } from './copies-met.ts'
import type { OpEngine } from './engine-part.ts'
import { peerName } from '../engine/whereabouts.ts'
import { roomsOf } from '../engine/relays/rooms.ts'
import { pathText } from './failures.ts'
import { pendingAt, tellWhatDoesNotFit } from './fits.ts'
import type { OperationIo } from './operation.ts'

/**
 * One pass: until nothing is left to send or receive with any peer that can be reached. When somebody who was reached has
 * not everything: PARTLY_DONE, or NO_PEER if nobody else was there, after the `done` that says so.
 */
export async function sync(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  await tellWhatDoesNotFit(engine, (relay) => pendingAt(engine, relay), io)
  await syncVaults(engine, io)
}

/** The same without a word on what will not fit. */
export async function syncVaults(engine: OpEngine, io: OperationIo): Promise<void> {
  const report = await engine.syncOnce({
    signal: io.signal,
    onProgress: (progress) => io.progress({ type: 'progress', ...progress })
  })
  await roomsOf(engine) // asked while they are there: for whoever looks when they are not
  const { peers, receivedBlobs, receivedBytes, sentBytes, missing, incomplete, inStep } = report
  const alike = alikeIn([
    ...engine.relays(),
    ...report.failed.map(({ peer }) => ({ peer, name: peerName(engine, peer) }))
  ])
  const failed = report.failed.map(({ peer, code }) => ({
    peer: peerName(engine, peer),
    id: peer,
    code,
    ...(alike.has(peer) ? { alike: true } : {})
  }))
  const refused = report.refused.map(pathText)
  const fewer = fewerCopiesText(engine, (peer) => peerName(engine, peer))
  const moved = { receivedBlobs, receivedBytes, sentBytes }
  await io.emit({ type: 'done', peers, ...moved, missing, incomplete, inStep, failed, refused, ...fewer })
  if (!inStep) throw new HoldfastError(peers === 0 ? 'NO_PEER' : 'PARTLY_DONE')
}
