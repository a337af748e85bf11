import { createChunker } from '../chunk/chunker.ts'
import { sealContent } from '../seal/chunk-frame.ts'
import type { ContentKeys, SealedChunk } from './content-source.ts'

/** bytes -> chunks -> sealed blobs, in order. Runs wherever the content is: here, or in a worker thread. */
export async function* sealChunks(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  keys: ContentKeys
): AsyncGenerator<SealedChunk> {
  const chunker = createChunker(keys.gate)
  // A chunk is a view that is valid until the chunker goes on, so it is sealed before that.
  for await (const piece of bytes) {
    for (const chunk of chunker.push(piece)) yield await seal(keys, chunk)
  }
  for (const chunk of chunker.finish()) yield await seal(keys, chunk)
}

async function seal(keys: ContentKeys, content: Uint8Array): Promise<SealedChunk> {
  const { id, blob, key } = await sealContent(keys.convergence, content)
  return { id, blob, key, length: content.length }
}
