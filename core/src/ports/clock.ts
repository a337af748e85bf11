/** The only source of time. Implementations: the system clock on a device, a virtual clock in the simulator. */
export interface Clock {
  /** Milliseconds since 1970 (UTC) as this device believes. Shown and claimed, never trusted for a deletion. */
  nowMs(): number
  /** Milliseconds on a clock that never jumps, from an arbitrary origin. For time-outs and durations. */
  monotonicMs(): number
}
