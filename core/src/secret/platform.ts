/** What a platform gives to this folder: reached through `#secret-platform`. Sync on Node, a promise on the web. */

/** AES-256-GCM with a 12-byte nonce and a 16-byte tag. Which key and nonce meet is decided in aead.ts alone. */
export interface AesGcm {
  /** `header ‖ ciphertext ‖ tag` in one fresh array; the plaintext may lie in several pieces. */
  seal(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    header: Uint8Array,
    plaintext: readonly Uint8Array[]
  ): Awaitable<Uint8Array>
  /** The plaintext of `ciphertext ‖ tag`, or undefined when the tag does not fit. */
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Awaitable<Uint8Array | undefined>
}

export const TAG_BYTES = 16

/** Not every platform can do it at once; `await` takes both. */
export type Awaitable<T> = T | Promise<T>
