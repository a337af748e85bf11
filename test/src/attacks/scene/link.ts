import type { DeviceId } from '@holdfast/core/base/ids'
import type { PeerLink } from '@holdfast/core/ports/peer-link'
import type { SyncSession } from '@holdfast/core/sync/session/session'
import { memoryLinkPair } from '@holdfast/core/sync/testing/memory-link'
import type { LinkKnobs } from '@holdfast/core/sync/testing/memory-link'

export interface Attached {
  readonly session: SyncSession
  /** What follows from what the link brought. */
  settle(): Promise<void>
}

export interface Party {
  readonly id: DeviceId
  attach(link: PeerLink): Attached
}

export interface Connected {
  /** Until neither side has anything left to send or to get. Rejects DISCONNECTED when one hangs up. */
  settled(): Promise<void>
  close(): void
}

export interface ConnectOptions {
  readonly knobs?: LinkKnobs
  /** What `b` puts between itself and the link. */
  readonly hostile?: (link: PeerLink) => PeerLink
}

export function connect(a: Party, b: Party, options: ConnectOptions = {}): Connected {
  const [left, right] = memoryLinkPair(a.id, b.id, options.knobs)
  let attached: () => void = () => undefined
  const ready = new Promise<void>((resolve) => (attached = resolve))
  const mine = a.attach(whenReady(left, ready))
  const theirs = b.attach(whenReady(options.hostile === undefined ? right : options.hostile(right), ready))
  attached()
  const both = [mine, theirs]
  return {
    async settled() {
      for (let quiet = false; !quiet; ) {
        await Promise.all(both.map(({ session }) => session.idle()))
        for (const { settle } of both) await settle()
        quiet = both.every(({ session }) => session.isSettled)
      }
    },
    close: () => mine.session.stop()
  }
}

/** Nobody is asked before both ends listen. */
function whenReady(link: PeerLink, ready: Promise<void>): PeerLink {
  return {
    peer: link.peer,
    send: (message) => link.send(message),
    onMessage: (handler) => link.onMessage(handler),
    request: async (header, options) => {
      await ready
      return link.request(header, options)
    },
    onRequest: (handler) => link.onRequest(handler),
    onClose: (handler) => link.onClose(handler),
    close: () => link.close()
  }
}

/** Everything once, then the link is closed. */
export async function exchange(a: Party, b: Party): Promise<void> {
  const link = connect(a, b)
  await link.settled()
  link.close()
}

/** Waits for a condition, and fails when it does not come about. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Gives everybody so many turns, where there is nothing to wait for because something must not happen. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Only how long a failing test takes. */
const PATIENCE_MS = 20_000
