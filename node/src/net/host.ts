import './polyfill.ts'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { createLibp2pHost } from '@holdfast/core/libp2p/host'
import type { Host, HostOptions } from '@holdfast/core/net/host'
import type { Transports } from '@holdfast/core/libp2p/libp2p-options'
import { giveCollectorRoom } from './collector-room.ts'
import { gatherWrites } from './gather-writes.ts'

/**
 * TCP and WebSocket; WebRTC-Direct where it is listened on, for browsers. Rejects with libp2p's error when an address cannot be
 * listened on.
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const takeBackRoom = giveCollectorRoom()
  try {
    const more = await webRtcFor(options)
    const unsupported = more === undefined ? options.listen.filter(isWebRtc) : []
    const listen = options.listen.filter((address) => !unsupported.includes(address))
    const transports = [tcp(TCP), webSockets(), ...(more ?? [])]
    return await createLibp2pHost(
      { ...options, listen },
      { transports, onConnection: gatherWrites, unsupported, ...(await discoveryFor(options)) },
      takeBackRoom
    )
  } catch (error) {
    takeBackRoom()
    throw error
  }
}

/** Its library is large: loaded when it is needed. Undefined where it does not load. */
async function webRtcFor({ listen, kv }: HostOptions): Promise<Transports['transports'] | undefined> {
  if (!listen.some(isWebRtc)) return []
  const [{ webRtcDirect }, { keptCertificate, newCertificate }] = await Promise.all([
    import('./webrtc.ts'),
    import('./certificate.ts')
  ])
  const transport = await webRtcDirect(kv === undefined ? newCertificate() : await keptCertificate(kv))
  return transport === undefined ? undefined : [transport]
}

async function discoveryFor({ discover }: HostOptions): Promise<Pick<Transports, 'discovery'>> {
  return discover === true ? { discovery: (await import('./mdns.ts')).nearby } : {}
}

function isWebRtc(address: string): boolean {
  return address.includes('/webrtc-direct')
}

/** Sockets take a whole piece of a frame at once instead of asking for a pause after every 16 KiB. */
const SOCKET = { noDelay: true, highWaterMark: 1024 * 1024 }
const TCP = { dialOpts: SOCKET, listenOpts: SOCKET }
