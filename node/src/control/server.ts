import { setMaxListeners } from 'node:events'
import { chmod, lstat, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { HoldfastError } from '@holdfast/core/base/errors'
import { serveConnection, type ControlHandler } from './session.ts'
import { ensureSocketFolder, type ControlSocket } from './socket-path.ts'

/** Calls at once: one person's commands and scripts, not a service. */
const MAX_CALLS = 64
/** How long running calls may take to end when the server closes. */
const GRACE_MS = 2000

/** Answers calls over a socket that only its owner may open. */
export interface ControlServer {
  readonly path: string
  /** Cancels what runs, tells the clients, removes the socket. */
  close(): Promise<void>
}

/**
 * The caller holds the home's lock, so a socket that nobody answers is left over from a killed process and is replaced.
 * Throws IN_USE when somebody answers, STORE_FAILED when no socket can be made.
 */
export async function listenForControl(socket: ControlSocket, handler: ControlHandler): Promise<ControlServer> {
  await ensureSocketFolder(socket)
  const closing = new AbortController()
  setMaxListeners(MAX_CALLS, closing.signal)
  const calls = new Map<Socket, Promise<void>>()
  const server = createServer((connection) => {
    if (calls.size >= MAX_CALLS) {
      connection.destroy()
      return
    }
    const call = serveConnection(connection, handler, closing.signal).finally(() => calls.delete(connection))
    calls.set(connection, call)
  })
  await bind(server, socket.path)
  return {
    path: socket.path,
    async close() {
      closing.abort()
      const closed = new Promise<void>((resolve) => server.close(() => resolve())) // unlinks the socket too
      for (const connection of calls.keys()) setTimeout(() => connection.destroy(), GRACE_MS).unref()
      await Promise.race([Promise.all(calls.values()), grace()])
      for (const connection of calls.keys()) connection.destroy()
      await closed
    }
  }
}

async function bind(server: Server, path: string): Promise<void> {
  try {
    await listenPrivately(server, path)
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (taken && (await answers(path))) throw new HoldfastError('IN_USE', undefined, { cause: error })
    const leftOver = taken && (await lstat(path)).isSocket()
    if (!leftOver) throw new HoldfastError('STORE_FAILED', `${path} cannot be made.`, { cause: error })
    await unlink(path)
    await listenPrivately(server, path)
  }
  await chmod(path, 0o600)
}

/** The mask is set while the socket is made, so that there is no moment at which others could open it. */
function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(error)
    server.once('error', failed)
    const before = process.umask(0o177)
    try {
      server.listen(path, () => {
        server.off('error', failed)
        resolve()
      })
    } finally {
      process.umask(before)
    }
  })
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
}

function grace(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref())
}
