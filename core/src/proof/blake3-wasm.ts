import type { Blake3Backend, Blake3Stream } from './platform.ts'

/** The part of the `blake3` package's wasm-bindgen glue that is used, the same in its Node and its web build. */
export interface WasmGlue {
  hash(bytes: Uint8Array, out: Uint8Array): void
  create_hasher(): WasmHasher
  create_keyed(key: Uint8Array): WasmHasher
  create_derive(context: string): WasmHasher
}

interface WasmHasher {
  update(bytes: Uint8Array): void
  digest(out: Uint8Array): void
  free(): void
}

/**
 * BLAKE3 over the WebAssembly of `blake3` 2.1.7. The package's own `keyedHash` and `deriveKey` never free their hasher,
 * and its `createHash` builds a whole Node stream, so the glue is used directly: every hasher is freed here.
 * Input is handed over in steps, because the WebAssembly memory grows to the largest one and never shrinks.
 */
export function wasmBlake3(glue: WasmGlue): Blake3Backend {
  return {
    name: 'wasm',
    hash(bytes) {
      if (bytes.length > STEP_BYTES) return finish(glue.create_hasher(), bytes)
      const out = new Uint8Array(32)
      glue.hash(bytes, out)
      return out
    },
    keyed(key, bytes) {
      return finish(glue.create_keyed(key), bytes)
    },
    start(mode) {
      if (mode === undefined) return stream(glue.create_hasher())
      return stream('key' in mode ? glue.create_keyed(mode.key) : glue.create_derive(mode.context))
    }
  }
}

const STEP_BYTES = 1024 * 1024

function stream(hasher: WasmHasher): Blake3Stream {
  return {
    update: (bytes) => feed(hasher, bytes),
    digest: () => end(hasher)
  }
}

function finish(hasher: WasmHasher, bytes: Uint8Array): Uint8Array {
  feed(hasher, bytes)
  return end(hasher)
}

function feed(hasher: WasmHasher, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += STEP_BYTES) hasher.update(bytes.subarray(at, at + STEP_BYTES))
}

function end(hasher: WasmHasher): Uint8Array {
  const out = new Uint8Array(32)
  hasher.digest(out)
  hasher.free()
  return out
}
