import { HoldfastError } from '../base/errors.ts'
import { StreamChannel } from './stream-channel.ts'
import { relayIn } from './circuit-line.ts'
import { peerKeyFromText, peerKeyOf } from './peer-id.ts'
import { frameLimits } from '../net/protocols.ts'
import type { Connection, OpenOptions } from '../net/connection.ts'
import type { Connection as Libp2pConnection } from '@libp2p/interface'
import type { Channel } from '../net/channel.ts'
import type { Pace } from '../net/pace.ts'

const OPEN_TIMEOUT_MS = 15_000
const CLOSE_TIMEOUT_MS = 1_000

/** `track` is told of every channel, so that the host can end it when it stops. */
export function wrapConnection(inner: Libp2pConnection, track: (channel: Channel) => void, pace?: Pace): Connection {
  const through = relayIn(inner.remoteAddr, peerKeyFromText)
  return {
    peerKey: peerKeyOf(inner.remotePeer),
    remoteAddress: inner.remoteAddr.toString(),
    ...(through === undefined ? {} : { through }),
    direction: inner.direction,
    async open(protocol, options = {}) {
      const channel = await openChannel(inner, protocol, { pace, ...options })
      track(channel)
      return channel
    },
    async close() {
      if (inner.status === 'closed') return
      const gone = new Promise<void>((resolve) => inner.addEventListener('close', () => resolve(), { once: true }))
      try {
        // libp2p's own promise can wait for a socket that is long gone.
        await Promise.race([inner.close({ signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) }), gone])
      } catch {
        inner.abort(new HoldfastError('DISCONNECTED'))
      }
    }
  }
}

async function openChannel(inner: Libp2pConnection, protocol: string, options: OpenOptions): Promise<Channel> {
  const { signal, timeoutMs = OPEN_TIMEOUT_MS, ...channelOptions } = options
  const timeout = AbortSignal.timeout(timeoutMs)
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
  try {
    const stream = await inner.newStream(protocol, { signal: either, maxOutboundStreams: MAX_OUTBOUND_STREAMS })
    return new StreamChannel(stream, { ...frameLimits(protocol), ...channelOptions })
  } catch (cause) {
    throw openError(cause, signal, timeout)
  }
}

/** This side opens as many as it likes; the other side bounds what it takes. */
const MAX_OUTBOUND_STREAMS = 1_000

function openError(cause: unknown, signal: AbortSignal | undefined, timeout: AbortSignal): HoldfastError {
  if (signal?.aborted === true) return new HoldfastError('ABORTED', undefined, { cause })
  if (timeout.aborted) return new HoldfastError('TIMEOUT', undefined, { cause })
  const unknown = cause instanceof Error && cause.name === 'UnsupportedProtocolError'
  return new HoldfastError(unknown ? 'REFUSED' : 'DISCONNECTED', undefined, { cause })
}
