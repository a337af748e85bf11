import type { Blake3Backend, Blake3Stream } from './platform.ts'

type Native = typeof import('@napi-rs/blake-hash')
type NativeHasher = InstanceType<Native['Blake3Hasher']>

/** BLAKE3 over the prebuilt native binding. It aborts the process on a key of another length: blake3.ts checks it. */
export function nativeBlake3(native: Native): Blake3Backend {
  return {
    name: 'native',
    hash: (bytes) => plain(native.blake3(buffer(bytes))),
    keyed: (key, bytes) => plain(native.Blake3Hasher.newKeyed(buffer(key)).update(buffer(bytes)).digestBuffer()),
    start(mode) {
      if (mode === undefined) return stream(new native.Blake3Hasher())
      return stream(
        'key' in mode ? native.Blake3Hasher.newKeyed(buffer(mode.key)) : native.Blake3Hasher.newDeriveKey(mode.context)
      )
    }
  }
}

function stream(hasher: NativeHasher): Blake3Stream {
  return {
    update(bytes) {
      hasher.update(buffer(bytes))
    },
    digest: () => plain(hasher.digestBuffer())
  }
}

/** A view, no copy. */
function buffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)
}

/** Plain arrays only leave core: a Buffer's `slice` shares memory where an array's copies. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
