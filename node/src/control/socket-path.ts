import { createHash } from 'node:crypto'
import { lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'

export interface ControlSocket {
  readonly path: string
  /** The folder (mode 0700) to be made for it when the home's own path is too long. */
  readonly makeFolder: string | undefined
}

/** A socket path of over 100 bytes cannot be bound everywhere (sockaddr_un holds 104 on macOS, 108 on Linux). */
const SOCKET_PATH_BYTES = 100

export function controlSocket(folder: string, env: NodeJS.ProcessEnv = process.env): ControlSocket {
  const root = resolve(folder)
  const direct = join(root, 'control.sock')
  if (Buffer.byteLength(direct) <= SOCKET_PATH_BYTES) return { path: direct, makeFolder: undefined }
  const name = `holdfast-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`
  const short = join(env['XDG_RUNTIME_DIR'] || tmpdir(), name)
  return { path: join(short, 'control.sock'), makeFolder: short }
}

/** Makes that folder, or sees that the one there is ours alone: in a temporary folder anybody may have made it. Throws STORE_FAILED. */
export async function ensureSocketFolder(socket: ControlSocket): Promise<void> {
  if (socket.makeFolder === undefined) return
  await mkdir(socket.makeFolder, { recursive: true, mode: 0o700 })
  if (!(await isOurs(socket))) {
    throw new HoldfastError('STORE_FAILED', `${socket.makeFolder} belongs to somebody else or is open to others.`)
  }
}

/** Whether only we could have put a socket there. False too when there is no folder. */
export async function isOurs(socket: ControlSocket): Promise<boolean> {
  if (socket.makeFolder === undefined) return true
  try {
    const status = await lstat(socket.makeFolder)
    return status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o077) === 0
  } catch {
    return false
  }
}
