import { LIMITS } from '@holdfast/core/base/limits'
import type { VaultWorker } from '../../bridge/vault-worker.ts'

export interface ReadingIo {
  readonly signal?: AbortSignal
  readonly onProgress?: (doneBytes: number) => void
}

/** A file as a Blob of a type that is given, read piece by piece: what was read lies with the browser, not in the page's memory. */
export async function readBlob(
  worker: Pick<VaultWorker, 'read'>,
  path: string,
  bytes: number,
  type: string,
  { signal, onProgress }: ReadingIo = {}
): Promise<Blob> {
  const parts: Blob[] = []
  for (let start = 0; start < bytes; start += LIMITS.chunkMaxBytes) {
    signal?.throwIfAborted()
    const end = Math.min(bytes, start + LIMITS.chunkMaxBytes)
    parts.push(new Blob([await worker.read(path, start, end, signal)]))
    onProgress?.(end)
  }
  return new Blob(parts, { type })
}
