import type { BlobStore } from '@holdfast/core/ports/blob-store'
import type { EntryUploader } from '@holdfast/core/sync/delivery'
import type { Machine } from './machine.ts'

/**
 * Where the parts of a machine are put together. Honest by default; a test replaces a part by a broken one to show that a
 * promise's checker notices.
 */
export interface Wiring {
  blobs(store: BlobStore, machine: Machine): BlobStore
  uploader(uploader: EntryUploader): EntryUploader
}

export const HONEST: Wiring = {
  blobs: (store) => store,
  uploader: (uploader) => uploader
}
