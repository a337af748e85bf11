/** What a platform gives to this folder: reached through `#proof-platform`, so that each side loads only its own. */

/** BLAKE3 in its three modes. `key` has 32 bytes; every result is a fresh array of 32 bytes. */
export interface Blake3Backend {
  readonly name: 'native' | 'wasm'
  hash(bytes: Uint8Array): Uint8Array
  keyed(key: Uint8Array, bytes: Uint8Array): Uint8Array
  /** Streaming: plain without a mode, else keyed or derive-key. */
  start(mode?: { key: Uint8Array } | { context: string }): Blake3Stream
}

export interface Blake3Stream {
  update(bytes: Uint8Array): void
  /** Ends the stream and frees what it holds. */
  digest(): Uint8Array
}

/** Raw Ed25519: `seed` and `publicKey` have 32 bytes, `signature` 64. The checks of ed25519.ts come before it. */
export interface Ed25519Backend {
  publicKey(seed: Uint8Array): Uint8Array | Promise<Uint8Array>
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array | Promise<Uint8Array>
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>
}
