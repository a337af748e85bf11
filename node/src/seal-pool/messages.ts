import type { BlobId } from '@holdfast/core/base/ids'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type { ObjectKind } from '@holdfast/core/seal/manifest'
import type { ContentKeys } from '@holdfast/core/vault/content-source'
import type { SealedObject, SealPlace } from '@holdfast/core/vault/seal-object'

/** What a file was when it was listed: it must still be that when it has been read. */
export interface FileStamp {
  readonly sizeBytes: number
  readonly mtimeNs: bigint
  readonly inode: bigint
  readonly device: bigint
}

/** A path is bytes: not every one is text. */
export interface ListedFile {
  readonly path: Uint8Array
  readonly stamp: FileStamp
}

export interface SmallFile extends ListedFile {
  readonly kind: ObjectKind
}

/** To a worker: seal this large file, go on after a chunk of it was taken, or seal these small ones. */
export type WorkerRequest =
  | { readonly kind: 'large'; readonly file: ListedFile; readonly keys: ContentKeys }
  | { readonly kind: 'taken' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'small'; readonly files: readonly SmallFile[]; readonly place: SealPlace }

export type WorkerReply =
  | {
      readonly kind: 'chunk'
      readonly id: BlobId
      readonly blob: Uint8Array
      readonly key: Uint8Array
      readonly length: number
    }
  | { readonly kind: 'end' }
  | { readonly kind: 'failed'; readonly code: ErrorCode }
  /** In the order asked. */
  | { readonly kind: 'sealed'; readonly objects: readonly (SealedObject | ErrorCode)[] }
