import { blake3Backend } from '#proof-platform'
import type { Blake3Stream } from './platform.ts'
import { HoldfastError } from '../base/errors.ts'
import { idFromBytes } from '../base/ids.ts'
import type { Id } from '../base/ids.ts'

/**
 * BLAKE3 (https://github.com/BLAKE3-team/BLAKE3-specs), always 32 bytes, synchronous. On the web `initBlake3` is
 * awaited once before; on Node it does nothing.
 */
export { initBlake3 } from '#proof-platform'
export type { Blake3Stream } from './platform.ts'

export const HASH_BYTES = 32

export function blake3(bytes: Uint8Array): Uint8Array {
  return blake3Backend.hash(bytes)
}

/** The hash as the id that names these bytes. */
export function blake3Id<T extends Id<string>>(bytes: Uint8Array): T {
  return idFromBytes<T>(blake3Backend.hash(bytes))
}

/** Keyed mode: a PRF or MAC. The key has 32 bytes. */
export function blake3Keyed(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  return blake3Backend.keyed(checkedKey(key), bytes)
}

/**
 * Derive-key mode over the material, its parts joined. Only parts of fixed length may stand before another one: their
 * boundaries are not marked. `context` is one of DERIVE in base/labels.ts.
 */
export function deriveKey(context: string, ...material: Uint8Array[]): Uint8Array {
  const stream = blake3Backend.start({ context })
  for (const part of material) stream.update(part)
  return stream.digest()
}

/** Streaming, for what does not lie in one piece. `digest` ends it. */
export function createBlake3Hasher(mode?: { key: Uint8Array } | { context: string }): Blake3Stream {
  if (mode !== undefined && 'key' in mode) checkedKey(mode.key)
  return once(blake3Backend.start(mode))
}

/** The two backends differ in what a use after `digest` does (one goes on, one crashes): both refuse it here. */
function once(stream: Blake3Stream): Blake3Stream {
  let open: Blake3Stream | undefined = stream
  const use = (): Blake3Stream => {
    if (open === undefined) throw new HoldfastError('INTERNAL', 'a hash was used after its end')
    return open
  }
  return {
    update: (bytes) => use().update(bytes),
    digest() {
      const result = use().digest()
      open = undefined
      return result
    }
  }
}

function checkedKey(key: Uint8Array): Uint8Array {
  if (key.length !== HASH_BYTES) throw new HoldfastError('INTERNAL', 'a BLAKE3 key has 32 bytes')
  return key
}
