import { HoldfastError } from '@holdfast/core/base/errors'
import { LIMITS } from '@holdfast/core/base/limits'
import type { VaultWorker } from '../../bridge/vault-worker.ts'
import type { FileEntry } from '../files/file-entry.ts'

/** One version of a file, as it was listed. */
export type ReadFile = Pick<FileEntry, 'path' | 'bytes' | 'version'>

export interface ReadingIo {
  readonly signal?: AbortSignal
  readonly onProgress?: (doneBytes: number) => void
}

/**
 * A file as a Blob of a type that is given, read piece by piece: what was read lies with the browser, not in the page's memory.
 * Throws FILE_CHANGED when a new version came meanwhile: pieces of two versions are neither.
 */
export async function readBlob(
  worker: Pick<VaultWorker, 'read'>,
  file: ReadFile,
  type: string,
  { signal, onProgress }: ReadingIo = {}
): Promise<Blob> {
  const { bytes = 0 } = file
  const parts: Blob[] = []
  for (let start = 0; start < bytes; start += LIMITS.chunkMaxBytes) {
    signal?.throwIfAborted()
    const end = Math.min(bytes, start + LIMITS.chunkMaxBytes)
    parts.push(new Blob([await readPiece(worker, file, { start, end }, signal)]))
    onProgress?.(end)
  }
  return new Blob(parts, { type })
}

/** All the bytes of a range of that version, or FILE_CHANGED. */
export async function readPiece(
  worker: Pick<VaultWorker, 'read'>,
  { path, version }: ReadFile,
  { start, end }: { readonly start: number; readonly end: number },
  signal?: AbortSignal
): Promise<Uint8Array<ArrayBuffer>> {
  const piece = await worker.read(path, start, end, signal, version)
  if (piece.length !== end - start) throw new HoldfastError('FILE_CHANGED')
  return piece
}
