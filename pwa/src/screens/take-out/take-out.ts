import { codeOf } from '../../app/error-sentence.ts'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { LIMITS } from '@holdfast/core/base/limits'
import type { VaultWorker } from '../../bridge/vault-worker.ts'
import type { FileEntry } from '../files/file-entry.ts'
import { readPiece } from '../viewer/reading.ts'
import { crc32, Zip } from './zip.ts'

export interface TakeOutProgress {
  readonly files: number
  readonly bytes: number
}

export interface TakeOutIo {
  readonly signal: AbortSignal
  readonly onProgress: (done: TakeOutProgress) => void
  /** A file that stays out, and why. */
  readonly onLeft: (path: string, code: ErrorCode) => void
  /** Of one archive. */
  readonly mostBytes?: number
}

/**
 * Everything of a listing, opened, in as many archives as it takes; the next is begun when the one before was taken. What cannot be read
 * is told and left out: the rest comes all the same.
 */
export async function* takeOut(
  worker: Pick<VaultWorker, 'read'>,
  entries: readonly FileEntry[],
  io: TakeOutIo
): AsyncGenerator<Blob> {
  const done = { files: 0, bytes: 0 }
  let zip = new Zip(io.mostBytes)
  for (const entry of entries) {
    const isFolder = entry.kind === 'folder'
    const name = entry.path.slice(1) + (isFolder ? '/' : '')
    const bytes = isFolder ? 0 : (entry.bytes ?? 0)
    if (!new Zip(io.mostBytes).hasRoom(name, bytes)) {
      io.onLeft(entry.path, 'TOO_LARGE')
      continue
    }
    if (!zip.hasRoom(name, bytes)) {
      yield zip.finish()
      zip = new Zip(io.mostBytes)
    }
    if (isFolder) zip.add(name, new Blob([]), 0, entry.modifiedMs)
    else if (
      await addFile(zip, worker, entry, name, io, (more) => io.onProgress({ ...done, bytes: done.bytes + more }))
    ) {
      done.files++
      done.bytes += bytes
    }
    io.onProgress({ ...done })
  }
  if (zip.files > 0) yield zip.finish()
}

/** Whether it could be read. Rejects when all is to end. */
async function addFile(
  zip: Zip,
  worker: Pick<VaultWorker, 'read'>,
  entry: FileEntry,
  name: string,
  { signal, onLeft }: TakeOutIo,
  onBytes: (bytes: number) => void
): Promise<boolean> {
  const parts: Blob[] = []
  let crc = 0
  try {
    const { bytes = 0 } = entry
    for (let start = 0; start < bytes; start += LIMITS.chunkMaxBytes) {
      signal.throwIfAborted()
      const end = Math.min(bytes, start + LIMITS.chunkMaxBytes)
      const piece = await readPiece(worker, entry, { start, end }, signal)
      crc = crc32(piece, crc)
      parts.push(new Blob([piece]))
      onBytes(end)
    }
  } catch (error) {
    const code = codeOf(error)
    if (signal.aborted || code === undefined || ENDS.has(code)) throw error
    onLeft(entry.path, code)
    return false
  }
  zip.add(name, new Blob(parts), crc, entry.modifiedMs)
  return true
}

/** After these no other file can be read either. */
const ENDS: ReadonlySet<ErrorCode> = new Set(['LOCKED', 'ABORTED', 'INTERNAL'])
