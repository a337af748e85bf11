import './polyfill.ts'
import { webRTCDirect } from '@libp2p/webrtc'
import { webSockets } from '@libp2p/websockets'
import { createLibp2pHost } from '@holdfast/core/libp2p/host'
import type { Host, HostOptions } from '@holdfast/core/net/host'

/**
 * WebSocket and WebRTC-Direct; a browser dials and never listens. In a worker `installPeerConnection` (worker-rtc.ts) comes first. What
 * other transports an address names fails at once, and so does an open WebSocket from a page that came by HTTPS: then WebRTC is left.
 */
export function createHost(options: HostOptions): Promise<Host> {
  const webRtc = webRTCDirect({ rtcConfiguration: { iceServers: [] }, dataChannel: DATA_CHANNEL })
  return createLibp2pHost({ ...options, listen: [] }, { transports: [webSockets(WEB_SOCKET), webRtc] })
}

/** What waits in the browser for a slow network. */
const WEB_SOCKET = { maxBufferedAmount: 1024 * 1024 }

/**
 * A data channel cannot be told to wait, so what a slow reader can be sent is bounded by what it has asked for (3 MiB in each direction
 * of the blob protocol), and by this.
 */
const DATA_CHANNEL = { maxReadBufferLength: 8 * 1024 * 1024, maxBufferedAmount: 1024 * 1024 }
