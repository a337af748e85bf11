/** What the service worker asks a page and what it answers: bytes of a file that only the page's worker can read. */

/** `start` to `end` (exclusive) of the file behind a token; both zero: only how large it is. Comes with a MessagePort. */
export interface MediaAsk {
  readonly type: 'media'
  readonly token: string
  readonly start: number
  readonly end: number
}

export type MediaAnswer =
  | {
      readonly ok: true
      /** Those of the bytes that come, within what was asked for, the file and the limit. */
      readonly start: number
      readonly end: number
      /** Of the whole file. */
      readonly size: number
      /** Of a fixed list; never a type that holds programs. */
      readonly contentType: string
      readonly name: string
      readonly bytes: ArrayBuffer
    }
  | { readonly ok: false; readonly status: 404 | 503 }

export function isMediaAsk(value: unknown): value is MediaAsk {
  if (typeof value !== 'object' || value === null) return false
  const { type, token, start, end } = value as Partial<Record<keyof MediaAsk, unknown>>
  return type === 'media' && typeof token === 'string' && isPlace(start) && isPlace(end)
}

function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
