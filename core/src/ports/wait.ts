/**
 * The only timer. Resolves after `ms`; rejects ABORTED (HoldfastError) at once when the signal fires. Implementations:
 * setTimeout on a device, the virtual clock in the simulator.
 */
export type Wait = (ms: number, signal?: AbortSignal) => Promise<void>
