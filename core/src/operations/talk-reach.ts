import type { Wait } from '../ports/wait.ts'
import { Changes } from '../engine/changes.ts'
import { later } from '../engine/later.ts'
import { conversationsToJoin } from '../engine/conversations/conversation-arrivals.ts'
import type { OpEngine } from './engine-part.ts'

/**
 * What others have said comes here and what was said here goes out, as far as somebody can be reached now: relays of one's own,
 * and of the conversations that an invitation in the mail leads to.
 */
export async function exchangeBriefly(engine: OpEngine, signal: AbortSignal): Promise<void> {
  if (!engine.isOnline) return
  const { network } = engine
  const { wait } = engine.home
  await atMost(wait, EXCHANGE_MS, signal, async () => {
    let tried = ''
    for (let before = ''; ; ) {
      const targets = JSON.stringify(engine.targets())
      // Whoever cannot be reached is not waited for long where somebody else was, and not twice.
      if (targets !== tried)
        await atMost(wait, network.connected().length === 0 ? EXCHANGE_MS : PATIENCE_MS, signal, async () => {
          await network.attemptAll()
        })
      tried = targets
      await engine.mail.exchange()
      await Promise.allSettled(network.sessionsWith().map((session) => session.idle()))
      await engine.settled()
      const now = JSON.stringify([engine.vaults().map(({ replica }) => replica.log.heads()), network.connected()])
      if (now === before && conversationsToJoin(engine).length === 0) return
      before = now
    }
  })
}

/** Waits until something is so, looking whenever something changes and now and then. False when it took too long. */
export async function waitUntil(engine: OpEngine, isSo: () => boolean, signal: AbortSignal): Promise<boolean> {
  const changes = new Changes(engine)
  const { clock } = engine.home
  const giveUpMs = clock.monotonicMs() + PATIENCE_MS
  try {
    while (!isSo()) {
      if (signal.aborted || !engine.isOnline || clock.monotonicMs() > giveUpMs) return false
      await changes.next(LOOK_EVERY_MS, signal)
    }
    return true
  } finally {
    changes.stop()
  }
}

async function atMost(wait: Wait, ms: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  let late: () => void = () => undefined
  const over = new Promise<void>((resolve) => {
    late = resolve
  })
  const cancel = later(wait, ms, late)
  signal.addEventListener('abort', late)
  const done = work()
  done.catch(() => undefined) // when it fails later than it was waited for
  try {
    await Promise.race([done, over])
  } finally {
    cancel()
    signal.removeEventListener('abort', late)
  }
}

/** A relay that is far away, and a machine that is busy. */
const EXCHANGE_MS = 15_000
const PATIENCE_MS = 5000
const LOOK_EVERY_MS = 30
