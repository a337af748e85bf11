import { LIMITS } from '@holdfast/core/base/limits'
import type { Transports } from '@holdfast/core/libp2p/libp2p-options'
import type { Certificate } from './certificate.ts'

type MakeTransport = Transports['transports'][number]

/**
 * WebRTC-Direct: what a browser reaches a computer by whose name no certificate authority knows. Undefined where its native part does
 * not load; nothing else needs that.
 */
export async function webRtcDirect(certificate: Certificate): Promise<MakeTransport | undefined> {
  try {
    const { webRTCDirect } = await import('@libp2p/webrtc')
    await silence()
    const make = webRTCDirect({ certificate, rtcConfiguration: { iceServers: [] }, dataChannel: DATA_CHANNEL })
    return (components) => boundIncoming(make(components))
  } catch {
    return undefined
  }
}

/**
 * A data channel cannot be told to wait, so what a slow reader can be sent is bounded by what it has asked for (3 MiB in each direction
 * of the blob protocol), and by this.
 */
const DATA_CHANNEL = { maxReadBufferLength: 8 * 1024 * 1024, maxBufferedAmount: 1024 * 1024 }

/**
 * The native part tells of every malformed packet on standard output, where a script reads our own, until the first connection has
 * turned that off. This is one that goes nowhere.
 */
async function silence(): Promise<void> {
  const { PeerConnection } = await import('node-datachannel')
  const connection = new PeerConnection('', { iceServers: [], bindAddress: '127.0.0.1', disableAutoNegotiation: true })
  connection.createDataChannel('')
  connection.setLocalDescription('offer')
  connection.close()
}

/**
 * Each STUN packet with a name that was not seen before makes a native connection before anybody has shown a key. Here they are
 * counted as other connections are whose handshake is not done, and beyond the limit the packet is dropped: it comes again.
 */
function boundIncoming<T extends { createListener(options: never): unknown }>(transport: T): T {
  const { createListener } = transport
  transport.createListener = (options) => {
    const listener = createListener.call(transport, options) as IncomingListener
    const { incomingConnection } = listener
    const pending = new Set<string>()
    listener.incomingConnection = async (name, host, port, signal) => {
      const key = `${host} ${port} ${name}`
      if (pending.has(key) || pending.size >= LIMITS.pendingConnections) return
      pending.add(key)
      try {
        await incomingConnection.call(listener, name, host, port, signal)
      } finally {
        pending.delete(key)
      }
    }
    return listener
  }
  return transport
}

/** What @libp2p/webrtc 6 keeps in its listeners. */
interface IncomingListener {
  incomingConnection: (name: string, host: string, port: number, signal: AbortSignal) => Promise<void>
}
