import { HoldfastError } from '../base/errors.ts'
import type { Channel } from './channel.ts'
import type { Connection } from './connection.ts'
import { PAIR_PROTOCOL } from './protocols.ts'
import { read, say } from './rendezvous.ts'

/** The frames of one pairing, as core's exchange sees them. */
export interface MeetingPipe {
  send(frame: Uint8Array): Promise<void>
  next(): Promise<Uint8Array>
  close(): void
  /** Ends both halves at once. */
  abort(): void
}

/**
 * Waits at whoever is at the other end of the connection until the other side of the pairing is there, too. Rejects
 * PAIRING_EXPIRED when that does not happen, RATE_LIMITED when there is no place for one more, or REFUSED when nothing is
 * forwarded there.
 */
export async function meet(
  connection: Connection,
  rendezvous: Uint8Array,
  side: 'offers' | 'joins',
  signal?: AbortSignal
): Promise<MeetingPipe> {
  const channel = await connection.open(PAIR_PROTOCOL, signal === undefined ? {} : { signal })
  return meetOn(channel, rendezvous, side, signal)
}

/** The same on a channel that leads to a rendezvous already. */
export async function meetOn(
  channel: Channel,
  rendezvous: Uint8Array,
  side: 'offers' | 'joins',
  signal?: AbortSignal
): Promise<MeetingPipe> {
  const abort = (): void => channel.abort(new HoldfastError('ABORTED'))
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await say(channel, { kind: 'meet', rendezvous, side })
    for (let here = false; !here; ) {
      const message = await read(channel)
      if (message?.kind !== 'met') throw new HoldfastError('PAIRING_EXPIRED')
      here = message.here
    }
    return pipeOver(channel)
  } catch (error) {
    channel.abort()
    if (signal?.aborted) throw new HoldfastError('ABORTED')
    throw error instanceof HoldfastError && error.code === 'DISCONNECTED' ? new HoldfastError('PAIRING_EXPIRED') : error
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

function pipeOver(channel: Channel): MeetingPipe {
  return {
    send: (frame) => say(channel, { kind: 'frame', frame }),
    async next() {
      const message = await read(channel)
      if (message?.kind === 'frame') return message.frame
      throw new HoldfastError(message === null || message.kind === 'left' ? 'DISCONNECTED' : 'MALFORMED')
    },
    // Ends this half only, so that the last frame still arrives.
    close: () => void channel.close(),
    abort: () => channel.abort()
  }
}
