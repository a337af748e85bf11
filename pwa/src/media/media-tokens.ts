import { HoldfastError } from '@holdfast/core/base/errors'
import type { VaultWorker } from '../bridge/vault-worker.ts'
import type { MediaAnswer, MediaAsk } from './messages.ts'

export interface MediaFile {
  readonly path: string
  readonly name: string
  /** What `ls` told of it: no other version is read behind this token, and `size` is that one's. */
  readonly version: string | undefined
  readonly size: number
  /** Undefined: it has none of the types that may be given out, and is given as bytes to save. */
  readonly type: string | undefined
}

/** One opened file, until it is closed. */
export interface OpenedMedia {
  /** Relative to the app. Without a name: whoever opens it in a tab of its own leaves it in the browser's history. */
  readonly url: string
  close(): void
  /** Why its last bytes did not come, TIMEOUT while they are still waited for; undefined when all came that was asked for. */
  failure(): unknown
}

interface Reads {
  readonly file: MediaFile
  underway: number
  failure: unknown
}

/**
 * The files of this page that the service worker may ask for, each behind a random token in its address. A token dies when it is closed, and
 * all of them with the page: an address that was kept somewhere opens nothing.
 */
export class MediaTokens {
  readonly #files = new Map<string, Reads>()
  readonly #read: VaultWorker['read']
  readonly #randomBytes: (count: number) => Uint8Array

  constructor(
    read: VaultWorker['read'],
    randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count))
  ) {
    this.#read = read
    this.#randomBytes = randomBytes
  }

  open(file: MediaFile): OpenedMedia {
    const token = [...this.#randomBytes(TOKEN_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const reads: Reads = { file, underway: 0, failure: undefined }
    this.#files.set(token, reads)
    return {
      url: `./media/${token}/content`,
      close: () => void this.#files.delete(token),
      failure: () => reads.failure ?? (reads.underway > 0 ? new HoldfastError('TIMEOUT') : undefined)
    }
  }

  /** Never rejects. */
  async answer({ token, start, end }: MediaAsk): Promise<MediaAnswer> {
    const reads = this.#files.get(token)
    if (reads === undefined) return { ok: false, status: 404 }
    const { path, name, version, size, type } = reads.file
    const from = Math.min(start, size)
    const to = Math.max(from, Math.min(end, size, from + MOST_ANSWER_BYTES))
    reads.underway++
    try {
      const bytes = to === from ? new ArrayBuffer(0) : whole(await this.#read(path, from, to, undefined, version))
      // What is missing cannot be made up.
      if (bytes.byteLength !== to - from) throw new HoldfastError('FILE_CHANGED')
      reads.failure = undefined
      return { ok: true, start: from, end: to, size, contentType: type ?? UNKNOWN, name, bytes }
    } catch (error) {
      reads.failure = error
      return { ok: false, status: 503 }
    } finally {
      reads.underway--
    }
  }
}

function whole(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  const isAll = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
  return isAll ? bytes.buffer : bytes.slice().buffer
}

/** Players ask again for what follows. After a jump no more than one answer of what was being fetched before comes in vain. */
const MOST_ANSWER_BYTES = 1024 * 1024
const TOKEN_BYTES = 16
const UNKNOWN = 'application/octet-stream'
