import type { Socket } from 'node:net'
import { HoldfastError } from '@holdfast/core/base/errors'

/** Resolves when the socket takes more. Rejects DISCONNECTED when it has gone. */
export function sendTo(socket: Socket, frame: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed || socket.writableEnded) {
      reject(new HoldfastError('DISCONNECTED'))
      return
    }
    if (socket.write(frame)) {
      resolve()
      return
    }
    const settle = () => {
      socket.off('drain', settle)
      socket.off('close', settle)
      if (socket.destroyed) reject(new HoldfastError('DISCONNECTED'))
      else resolve()
    }
    socket.on('drain', settle)
    socket.on('close', settle)
  })
}
