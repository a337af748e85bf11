import './polyfill.ts'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { createLibp2pHost } from '@holdfast/core/libp2p/host'
import type { Host, HostOptions } from '@holdfast/core/net/host'
import { giveCollectorRoom } from './collector-room.ts'
import { gatherWrites } from './gather-writes.ts'

/** TCP and WebSocket. Rejects with libp2p's error when an address cannot be listened on. */
export async function createHost(options: HostOptions): Promise<Host> {
  const takeBackRoom = giveCollectorRoom()
  try {
    const transports = { transports: [tcp(TCP), webSockets()], onConnection: gatherWrites }
    return await createLibp2pHost(options, transports, takeBackRoom)
  } catch (error) {
    takeBackRoom()
    throw error
  }
}

/** Sockets take a whole piece of a frame at once instead of asking for a pause after every 16 KiB. */
const SOCKET = { noDelay: true, highWaterMark: 1024 * 1024 }
const TCP = { dialOpts: SOCKET, listenOpts: SOCKET }
