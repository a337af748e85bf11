/** What a `Range` header asks for. */
export type RangeAsked =
  /** Bytes `start` up to `end` (exclusive); to the end of the file without it. */
  | { readonly from: number; readonly end?: number }
  /** The last `last` bytes. */
  | { readonly last: number }

/**
 * Reads a `Range` header (RFC 9110, 14.1.2): one range of bytes. Undefined where there is none, or one that a server may answer with the whole file: other units,
 * several ranges, nonsense.
 */
export function parseRange(header: string | null): RangeAsked | undefined {
  const match = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '')
  const [, first = '', last = ''] = match ?? []
  if (first === '') return last === '' ? undefined : { last: Number(last) }
  if (last === '') return { from: Number(first) }
  return Number(last) < Number(first) ? undefined : { from: Number(first), end: Number(last) + 1 }
}
