import type { BlobId } from '../base/ids.ts'
import type { ObjectKind } from '../seal/manifest.ts'
import type { SealedObject, SealPlace } from './seal-object.ts'

/** One chunk of a file, sealed: what the store keeps and what the manifest lists. */
export interface SealedChunk {
  readonly id: BlobId
  readonly blob: Uint8Array
  readonly key: Uint8Array
  /** Bytes of content, before compression and padding. */
  readonly length: number
}

export interface ContentKeys {
  /** 32 bytes. */
  readonly convergence: Uint8Array
  /** 16 bytes. */
  readonly gate: Uint8Array
}

/** The content of one file to be written. Read once, in order. */
export interface ContentSource {
  /** What the file says it has; the content decides. Undefined for a stream. */
  readonly sizeBytes?: number
  /** The bytes, in pieces of any size. Throws FILE_CHANGED or FILE_UNREADABLE. */
  bytes(): AsyncIterable<Uint8Array>
  /** The same, cut and sealed elsewhere (a worker thread); used instead of `bytes` for what does not fit into a manifest. */
  sealedChunks?(keys: ContentKeys): AsyncIterable<SealedChunk>
  /** The same for what does fit into one. `sizeBytes` is known. */
  sealedInline?(kind: ObjectKind, place: SealPlace): Promise<SealedObject>
}

export function sourceOfBytes(content: Uint8Array): ContentSource {
  return {
    sizeBytes: content.length,
    async *bytes() {
      yield content
    }
  }
}
