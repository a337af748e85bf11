import type { VaultWorker } from '../../bridge/vault-worker.ts'
import { readBlob } from '../viewer/reading.ts'
import type { FileEntry } from './file-entry.ts'
import { mediaType } from './kind.ts'

/** A small picture while somebody looks at it. */
export interface Held {
  readonly url: string
  release(): void
}

/** Side of a small picture, in pixels. */
const SIDE_PX = 320
/** Larger ones cost more to read than looking at them is worth. */
const MOST_BYTES = 8 * 1024 * 1024

let turn: Promise<unknown> = Promise.resolve()

/** One after the other: reading and decoding many at once would leave no time for the list. Undefined where there is none to be had. */
export async function thumbnailOf(
  worker: Pick<VaultWorker, 'read'>,
  entry: FileEntry,
  signal: AbortSignal
): Promise<Held | undefined> {
  const { state, bytes = 0 } = entry
  const type = mediaType(entry.name)
  // What is elsewhere is not brought for a thumbnail.
  if (state !== 'here' || bytes === 0 || bytes > MOST_BYTES || type?.startsWith('image/') !== true) return undefined
  const before = turn
  const { promise, resolve } = Promise.withResolvers<void>()
  turn = promise
  await before
  try {
    if (signal.aborted) return undefined
    const url = URL.createObjectURL(await small(await readBlob(worker, entry, type, { signal })))
    return { url, release: () => URL.revokeObjectURL(url) }
  } catch {
    // Damaged, not a picture, or not here any more: its sign stands for it.
    return undefined
  } finally {
    resolve()
  }
}

async function small(picture: Blob): Promise<Blob> {
  const whole = await createImageBitmap(picture)
  const scale = Math.min(1, SIDE_PX / Math.min(whole.width, whole.height))
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(whole.width * scale)),
    Math.max(1, Math.round(whole.height * scale))
  )
  canvas.getContext('2d')?.drawImage(whole, 0, 0, canvas.width, canvas.height)
  whole.close()
  return canvas.convertToBlob({ type: 'image/webp', quality: 0.8 })
}
