/**
 * The time that a channel runs on: of the system where its bytes are, of the simulator or a test elsewhere. For time-outs;
 * nothing lasting is decided by it.
 */
export interface Time {
  /** Milliseconds on a clock that never jumps, from an arbitrary origin. */
  nowMs(): number
  /** Does `work` in `ms`, unless the returned function was called first. Keeps no process alive. */
  later(ms: number, work: () => void): () => void
}
