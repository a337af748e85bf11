import { Socket } from 'node:net'
import type { MultiaddrConnection } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

/**
 * Hands all buffers of one send to a TCP socket by one system call. libp2p writes each by itself: a length, a ciphertext
 * and a tag for every 64 KiB, 48 calls for a blob of 1 MiB. Other transports are left as they are.
 */
export function gatherWrites(connection: MultiaddrConnection): void {
  const inner: Partial<TcpConnection> = connection as Partial<TcpConnection>
  const { socket } = inner
  if (!(socket instanceof Socket) || inner.sendData === undefined) return
  inner.sendData = (data) => {
    const sentBytes = data.byteLength
    socket.cork()
    for (const buffer of data) socket.write(buffer)
    socket.uncork()
    return { sentBytes, canSendMore: !socket.writableNeedDrain }
  }
}

/** What @libp2p/tcp 11 keeps in its connections. */
interface TcpConnection {
  readonly socket: unknown
  sendData: (data: Uint8ArrayList) => { sentBytes: number; canSendMore: boolean }
}
