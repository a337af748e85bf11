import type { VaultWorker } from '../../bridge/vault-worker.ts'
import { readPiece } from './reading.ts'
import type { ReadFile } from './reading.ts'

export interface TextSoFar {
  readonly text: string
  readonly doneBytes: number
}

/** Bytes that one look at a text takes, and all that is shown of one file: more would only fill the page. */
export const PAGE_BYTES = 256 * 1024
export const MOST_TEXT_BYTES = 4 * 1024 * 1024

/** A text read piece by piece: characters that lie across two pieces are put together. */
export class TextPages {
  readonly #read: (start: number, end: number) => Promise<Uint8Array>
  readonly #bytes: number
  #decoder: TextDecoder | undefined
  #soFar: TextSoFar = { text: '', doneBytes: 0 }

  constructor(worker: Pick<VaultWorker, 'read'>, file: ReadFile, signal?: AbortSignal) {
    this.#read = (start, end) => readPiece(worker, file, { start, end }, signal)
    this.#bytes = file.bytes ?? 0
  }

  get isWhole(): boolean {
    return this.#soFar.doneBytes >= this.#bytes
  }

  get mayGoOn(): boolean {
    return !this.isWhole && this.#soFar.doneBytes < MOST_TEXT_BYTES
  }

  /** All that was read so far, with the next piece. Undefined: it is no text. */
  async more(): Promise<TextSoFar | undefined> {
    const { text, doneBytes } = this.#soFar
    const end = Math.min(this.#bytes, doneBytes + PAGE_BYTES)
    const piece = end > doneBytes ? await this.#read(doneBytes, end) : new Uint8Array()
    if (this.#decoder === undefined) {
      const encoding = encodingOf(piece)
      if (encoding === undefined) return undefined
      this.#decoder = new TextDecoder(encoding)
    }
    this.#soFar = { text: text + this.#decoder.decode(piece, { stream: end < this.#bytes }), doneBytes: end }
    return this.#soFar
  }
}

/** By the mark at its beginning, otherwise UTF-8; what has zero bytes is no text. */
function encodingOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return bytes.includes(0) ? undefined : 'utf-8'
}
