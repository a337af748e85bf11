import type { BlobId } from '@holdfast/core/base/ids'
import type { BlobStore } from '@holdfast/core/ports/blob-store'
import type { Replica } from '@holdfast/core/sync/replica/replica'

/**
 * Where the parts of a machine are put together. A test replaces a part by a broken one, to show that the checker of a
 * promise notices.
 */
export interface Wiring {
  blobs(store: BlobStore, role: 'device' | 'relay'): BlobStore
  /** What a relay's collector asks instead of its replica. */
  readonly isNeeded?: (blob: BlobId, replica: Replica) => boolean
  /** Whether a device's index is told of entries that came. */
  hears(isLocal: boolean): boolean
  /** Bytes as a reader is given them. */
  reads(bytes: Uint8Array): Uint8Array
}

export const HONEST: Wiring = {
  blobs: (store) => store,
  hears: () => true,
  reads: (bytes) => bytes
}

/** The store with some of its methods replaced. */
export function overlaid<T extends object>(store: T, methods: Partial<T>): T {
  return new Proxy(store, {
    get(target, name) {
      if (Object.hasOwn(methods, name)) return Reflect.get(methods, name)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value as (...given: unknown[]) => unknown).bind(target) : value
    }
  })
}
