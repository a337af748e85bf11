/** What a platform gives to this folder: reached through `#seal-deflate`. Raw deflate (RFC 1951), no header. */
export interface Deflate {
  deflateRaw(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
  /**
   * Exactly `length` bytes, or undefined when the stream is damaged, gives less or more, or has anything behind its
   * end. Never holds more than `length` bytes of output and one block.
   */
  inflateRaw(bytes: Uint8Array, length: number): Uint8Array | undefined | Promise<Uint8Array | undefined>
}
