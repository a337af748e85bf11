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

/**
 * The files of this page that the service worker may ask for, each behind a random token in its address. A token dies when it is closed, and
 * all of them with the page: an address that was kept somewhere opens nothing.
 */
export class MediaTokens {
  readonly #files = new Map<string, MediaFile>()
  readonly #read: VaultWorker['read']
  readonly #randomBytes: (count: number) => Uint8Array

  constructor(
    read: VaultWorker['read'],
    randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count))
  ) {
    this.#read = read
    this.#randomBytes = randomBytes
  }

  /** Relative to the app. Without a name: whoever opens it in a tab of its own leaves it in the browser's history. */
  open(file: MediaFile): { readonly url: string; close(): void } {
    const token = [...this.#randomBytes(TOKEN_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    this.#files.set(token, file)
    return { url: `./media/${token}/content`, close: () => void this.#files.delete(token) }
  }

  /** Never rejects. */
  async answer({ token, start, end }: MediaAsk): Promise<MediaAnswer> {
    const file = this.#files.get(token)
    if (file === undefined) return { ok: false, status: 404 }
    const { path, name, version, size, type } = file
    const from = Math.min(start, size)
    const to = Math.max(from, Math.min(end, size, from + MOST_ANSWER_BYTES))
    try {
      const bytes = to === from ? new ArrayBuffer(0) : whole(await this.#read(path, from, to, undefined, version))
      // What is missing cannot be made up.
      if (bytes.byteLength !== to - from) return { ok: false, status: 503 }
      return { ok: true, start: from, end: to, size, contentType: type ?? UNKNOWN, name, bytes }
    } catch {
      return { ok: false, status: 503 }
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
