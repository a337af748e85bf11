import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { HoldfastError } from '@holdfast/core/base/errors'
import { answer } from './answer.ts'
import { AppFiles } from './app-files.ts'
import { isAskedByUs } from './asked-by.ts'

/** The app served to the browser of this machine, and to nobody else. */
export interface Site {
  readonly port: number
  /** What a person opens: always by this one name, because what a browser keeps belongs to it. */
  readonly address: string
  isBuilt(): Promise<boolean>
  close(): Promise<void>
}

/**
 * Serves the built app in `folder` at `port` of the loopback; 0 takes one that is free. The folder may be filled later, or anew. Throws CANNOT_LISTEN when
 * the port is another program's.
 */
export async function openSite(folder: string, port: number): Promise<Site> {
  const files = new AppFiles(folder)
  const first = await listen(files, '127.0.0.1', port)
  const opened = [first.server]
  try {
    // `localhost` may be either; whoever held the other could show an app of his own under our name.
    const second = await listen(files, '::1', first.port).catch((error: unknown) => {
      if (isAbsent(error)) return undefined
      throw error
    })
    if (second !== undefined) opened.push(second.server)
  } catch (error) {
    await Promise.all(opened.map(close))
    throw error
  }
  return {
    port: first.port,
    address: `http://localhost:${first.port}/`,
    isBuilt: () => files.isBuilt(),
    close: async () => void (await Promise.all(opened.map(close)))
  }
}

function listen(files: AppFiles, host: string, port: number): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    let at = port
    server.on('request', (request, response) => {
      answer(files, at, request, response).catch(() => response.destroy())
    })
    server.on('upgrade', (request, socket) => refuseUpgrade(socket, isAskedByUs(request.headers, at)))
    server.once('error', (error: NodeJS.ErrnoException) => reject(asCannotListen(error)))
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      if (address !== null && typeof address === 'object') at = address.port
      resolve({ server, port: at })
    })
  })
}

/** There is nothing to upgrade to. */
function refuseUpgrade(socket: Duplex, isOurs: boolean): void {
  socket.on('error', () => undefined)
  socket.end(`HTTP/1.1 ${isOurs ? '404 Not Found' : '403 Forbidden'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function asCannotListen(error: NodeJS.ErrnoException): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error
  return new HoldfastError('CANNOT_LISTEN', 'The port of the app is used by another program.', { cause: error })
}

/** A machine without IPv6. */
const isAbsent = (error: unknown): boolean =>
  ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(String((error as NodeJS.ErrnoException).code))

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
