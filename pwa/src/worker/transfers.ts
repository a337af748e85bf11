import type { Transfers } from '../bridge/vault-worker.ts'
import type { Session } from './session.ts'

export function transfersOf({ engine, isPaused }: Session): Transfers {
  const { receivedBytes, sentBytes } = engine.traffic()
  return { paused: isPaused, files: [], missingBlobs: engine.exchange.wanted.size, receivedBytes, sentBytes }
}
