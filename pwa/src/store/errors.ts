import { HoldfastError, isHoldfastError, type ErrorCode } from '@holdfast/core/base/errors'

/** Every error of IndexedDB as the one error class: the only place that knows their names. */
export function storeError(error: unknown): HoldfastError {
  if (isHoldfastError(error)) return error
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  return new HoldfastError(BY_NAME.get(name) ?? 'STORE_FAILED', undefined, { cause: error })
}

/** Runs `work` and lets nothing but a `HoldfastError` out. */
export async function asStore<T>(work: () => T | PromiseLike<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw storeError(error)
  }
}

const BY_NAME = new Map<string, ErrorCode>([
  ['QuotaExceededError', 'STORE_FULL'],
  // What Firefox says in a private window that may store nothing.
  ['InvalidAccessError', 'STORE_READ_ONLY'],
  ['SecurityError', 'STORE_READ_ONLY'],
  ['ReadOnlyError', 'STORE_READ_ONLY']
])
