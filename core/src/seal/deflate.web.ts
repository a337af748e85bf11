import { concat } from '../base/bytes.ts'
import type { Deflate } from './deflate.ts'

export const deflate: Deflate = {
  async deflateRaw(bytes) {
    const parts = await through(new CompressionStream('deflate-raw'), bytes, Number.MAX_SAFE_INTEGER)
    return concat(...(parts ?? []))
  },

  async inflateRaw(bytes, length) {
    try {
      const parts = await through(new DecompressionStream('deflate-raw'), bytes, length)
      if (parts === undefined) return undefined
      const out = parts.length === 1 ? parts[0]! : concat(...parts)
      return out.length === length ? out : undefined
    } catch {
      return undefined // damaged, cut short, or with something behind its end
    }
  }
}

/** Everything the stream gives for these bytes, or undefined as soon as it is more than `maxBytes`. */
async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array,
  maxBytes: number
): Promise<Uint8Array[] | undefined> {
  const writer = stream.writable.getWriter()
  const written = writer.write(bytes).then(() => writer.close())
  written.catch(() => undefined) // the reading side rejects with the same error
  const reader = stream.readable.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += (value as Uint8Array).length
    if (length > maxBytes) {
      await reader.cancel()
      return undefined
    }
    parts.push(value as Uint8Array)
  }
  await written
  return parts
}
