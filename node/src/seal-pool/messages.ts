import type { BlobId } from '@holdfast/core/base/ids'
import type { ErrorCode } from '@holdfast/core/base/errors'

/** What a file was when it was listed: it must still be that when it has been read. */
export interface FileStamp {
  readonly sizeBytes: number
  readonly mtimeNs: bigint
  readonly inode: bigint
}

/** To a worker: seal this file, or go on after a chunk was taken. */
export type WorkerRequest =
  | { readonly kind: 'file'; readonly path: string; readonly stamp: FileStamp; readonly convergence: Uint8Array; readonly gate: Uint8Array }
  | { readonly kind: 'taken' }
  | { readonly kind: 'cancel' }

export type WorkerReply =
  | { readonly kind: 'chunk'; readonly id: BlobId; readonly blob: Uint8Array; readonly key: Uint8Array; readonly length: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly code: ErrorCode }
