import { Changes } from '../engine/changes.ts'
import type { OpEngine } from './engine-part.ts'

/**
 * What others have said comes here and what was said here goes out, as far as somebody can be reached now. A command that
 * opened the home for itself has just begun to connect; the running process is connected already, and nobody is waited for.
 */
export async function exchangeBriefly(engine: OpEngine, signal: AbortSignal): Promise<void> {
  if (!engine.isOnline) return
  const { network } = engine
  await atMost(EXCHANGE_MS, signal, async () => {
    if (network.connected().length === 0) await network.attemptAll()
    await engine.mail.exchange()
    // What the envelopes brought may have opened vaults that nobody was asked about yet.
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.allSettled(network.sessionsWith().map((session) => session.idle()))
      await engine.settled()
    }
  })
}

/** Waits until something is so, looking whenever something changes and now and then. False when it took too long. */
export async function waitUntil(engine: OpEngine, isSo: () => boolean, signal: AbortSignal): Promise<boolean> {
  const changes = new Changes(engine)
  const giveUpMs = performance.now() + PATIENCE_MS
  try {
    while (!isSo()) {
      if (signal.aborted || !engine.isOnline || performance.now() > giveUpMs) return false
      await changes.next(LOOK_EVERY_MS, signal)
    }
    return true
  } finally {
    changes.stop()
  }
}

async function atMost(ms: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  let late: () => void = () => undefined
  const over = new Promise<void>((resolve) => {
    late = resolve
  })
  const timer = setTimeout(late, ms)
  signal.addEventListener('abort', late)
  const done = work()
  done.catch(() => undefined) // when it fails later than it was waited for
  try {
    await Promise.race([done, over])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', late)
  }
}

/** A relay that is far away, and a machine that is busy. */
const EXCHANGE_MS = 15_000
const PATIENCE_MS = 5000
const LOOK_EVERY_MS = 30
const ROUNDS = 3
