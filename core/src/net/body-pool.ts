/**
 * Bodies of frames, used again. A fresh MiB for each frame costs the receiver as much as decrypting it (page faults,
 * and a collector driven by memory outside its heap); with reuse, half the CPU of receiving is gone.
 *
 * Giving back is optional: what is not given back is collected like any other buffer.
 */
export function takeBody(length: number): Uint8Array {
  if (length < SMALLEST_BYTES) return fresh(length)
  const capacity = Math.ceil(length / STEP_BYTES) * STEP_BYTES
  const free = FREE.get(capacity)?.pop()
  if (free !== undefined) freeBytes -= capacity
  const buffer = free ?? fresh(capacity).buffer
  LENT.add(buffer)
  return new Uint8Array(buffer, 0, length)
}

/**
 * Says that nobody reads or keeps this body, or a part of it, any more: its memory may hold another one from now on.
 * Giving back twice, or something that is not a frame's body, does nothing.
 */
export function releaseBody(body: Uint8Array): void {
  const buffer = body.buffer as ArrayBuffer
  if (!LENT.delete(buffer)) return
  const capacity = buffer.byteLength
  // Nothing is left of a buffer that was handed to another thread.
  if (capacity === 0 || freeBytes + capacity > MAX_FREE_BYTES) return
  freeBytes += capacity
  const free = FREE.get(capacity)
  if (free === undefined) FREE.set(capacity, [buffer])
  else free.push(buffer)
}

/** Below this the allocator is fast enough. */
const SMALLEST_BYTES = 64 * 1024
/** Capacities are multiples of this, so that blobs of any size find a buffer of their class. */
const STEP_BYTES = 256 * 1024
/** Idle memory kept for the process: what a few streams have in flight. */
const MAX_FREE_BYTES = 16 * 1024 * 1024

const FREE = new Map<number, ArrayBuffer[]>()
const LENT = new WeakSet<ArrayBuffer>()
let freeBytes = 0

/** Not zeroed where that can be had: a frame is handed out only when each of its bytes was written. */
function fresh(length: number): Uint8Array<ArrayBuffer> {
  const { Buffer: native } = globalThis as { Buffer?: { allocUnsafeSlow(length: number): { buffer: ArrayBuffer } } }
  return new Uint8Array(native?.allocUnsafeSlow(length).buffer ?? new ArrayBuffer(length), 0, length)
}
