import { constants, open } from 'node:fs/promises'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { FileStamp } from './messages.ts'

const PIECE_BYTES = 1024 * 1024

/**
 * The bytes of a file that was listed with this stamp, in pieces that are valid until the next is asked for. Throws FILE_UNREADABLE, or
 * FILE_CHANGED when it is not the listed file any more, before, while or after it is read.
 */
export async function* readStampedFile(path: string, stamp: FileStamp): AsyncGenerator<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: unknown) => {
    throw new HoldfastError('FILE_UNREADABLE', undefined, { cause })
  })
  try {
    const check = async (): Promise<void> => {
      if (!sameStamp(await stampOf(file), stamp)) throw new HoldfastError('FILE_CHANGED')
    }
    await check()
    const buffer = new Uint8Array(Math.min(PIECE_BYTES, Math.max(1, stamp.sizeBytes)))
    let left = stamp.sizeBytes
    while (left > 0) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, left)).catch((cause: unknown) => {
        throw new HoldfastError('FILE_UNREADABLE', undefined, { cause })
      })
      if (bytesRead === 0) throw new HoldfastError('FILE_CHANGED')
      left -= bytesRead
      yield buffer.subarray(0, bytesRead)
    }
    await check()
  } finally {
    await file.close()
  }
}

async function stampOf(file: { stat(options: { bigint: true }): Promise<{ size: bigint; mtimeNs: bigint; ino: bigint }> }): Promise<FileStamp> {
  const { size, mtimeNs, ino } = await file.stat({ bigint: true })
  return { sizeBytes: Number(size), mtimeNs, inode: ino }
}

function sameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs && a.inode === b.inode
}
