import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { FileStamp } from './messages.ts'

const PIECE_BYTES = 1024 * 1024

export function stampOf({ size, mtimeNs, ino, dev }: BigIntStats): FileStamp {
  return { sizeBytes: Number(size), mtimeNs, inode: ino, device: dev }
}

/**
 * The bytes of a file that was listed with this stamp, in pieces that are valid until the next is asked for. It blocks: a
 * question to the system costs a thread a tenth of what it costs to have it asked elsewhere, and for small files that is
 * most of the work. Never through a link that was put there meanwhile, and never waiting for a pipe.
 * Throws FILE_UNREADABLE, or FILE_CHANGED when it is not the listed file any more, before, while or after it is read.
 */
export function* readStamped(path: Uint8Array, stamp: FileStamp): Generator<Uint8Array> {
  const file = attempt(() =>
    openSync(Buffer.from(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  )
  try {
    checkSame(file, stamp)
    const buffer = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, Math.max(1, stamp.sizeBytes)))
    for (let at = 0; at < stamp.sizeBytes; ) {
      const read = attempt(() => readSync(file, buffer, 0, Math.min(buffer.length, stamp.sizeBytes - at), at))
      if (read === 0) throw new HoldfastError('FILE_CHANGED')
      at += read
      yield new Uint8Array(buffer.buffer, 0, read)
    }
    checkSame(file, stamp)
  } finally {
    closeSync(file)
  }
}

/** It was listed a moment ago: gone or turned into a link means changed, all else that it cannot be read. */
export function unreadable(error: unknown): HoldfastError {
  const errno = (error as NodeJS.ErrnoException).code
  const code = errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ELOOP' ? 'FILE_CHANGED' : 'FILE_UNREADABLE'
  return new HoldfastError(code, undefined, { cause: error })
}

function checkSame(file: number, stamp: FileStamp): void {
  const now = stampOf(attempt(() => fstatSync(file, { bigint: true })))
  const same =
    now.sizeBytes === stamp.sizeBytes &&
    now.mtimeNs === stamp.mtimeNs &&
    now.inode === stamp.inode &&
    now.device === stamp.device
  if (!same) throw new HoldfastError('FILE_CHANGED')
}

function attempt<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw unreadable(error)
  }
}
