/** Some bytes of a file that a page has opened for its media elements. */
export interface Piece {
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** Of the whole file. */
  readonly size: number
  /** As the page guesses it from the name: not trusted. */
  readonly contentType: string
  readonly name: string
  readonly bytes: ArrayBuffer
}

/** Why there is none: the page does not know the token (any more), or could not read the file. */
export interface NoPiece {
  readonly status: 404 | 503
}

/**
 * Brings bytes `start` to `end` (exclusive) of the file behind a token, both cut to its size; with 0 and 0 just what the file is.
 */
export type AskPiece = (start: number, end: number) => Promise<Piece | NoPiece>

/** What a page answered, if it is a piece as it has to be. */
export function asPiece(value: unknown): Piece | undefined {
  const { ok, start, end, size, contentType, name, bytes } = (value ?? {}) as Record<string, unknown>
  if (ok !== true || !isCount(start) || !isCount(end) || !isCount(size) || start > end || end > size) return undefined
  if (typeof contentType !== 'string' || typeof name !== 'string') return undefined
  if (!(bytes instanceof ArrayBuffer) || bytes.byteLength !== end - start) return undefined
  return { start, end, size, contentType, name, bytes }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
