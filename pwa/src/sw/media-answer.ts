import type { AskPiece, NoPiece, Piece } from './piece.ts'
import { parseRange } from './range.ts'
import type { RangeAsked } from './range.ts'

/** So much of a file at once: media elements ask again for what follows, and nothing stays open meanwhile. */
export const MAX_BODY_BYTES = 2 << 20

/**
 * Answers a request for an opened file: 206 for any form of one range, with at most 2 MiB of it; 416 past the end; 200 without a range. A file larger than
 * that without a range is given in such pieces as it is drawn.
 */
export async function answerMedia(request: Pick<Request, 'method' | 'headers'>, ask: AskPiece): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405, headers: SAFE })
  const range = parseRange(request.headers.get('Range'))
  const isHead = request.method === 'HEAD'
  return range === undefined ? whole(await ask(0, isHead ? 0 : MAX_BODY_BYTES), ask, isHead) : part(range, ask, isHead)
}

async function part(range: RangeAsked, ask: AskPiece, isHead: boolean): Promise<Response> {
  const from = 'last' in range ? await startOfLast(range.last, ask) : range.from
  if (typeof from !== 'number') return missing(from)
  const end = Math.min(
    'last' in range ? Number.MAX_SAFE_INTEGER : (range.end ?? Number.MAX_SAFE_INTEGER),
    from + MAX_BODY_BYTES
  )
  const piece = await ask(from, end)
  if ('status' in piece) return missing(piece)
  const { start, size, bytes } = piece
  if (from >= size || piece.end <= start || start !== from)
    return new Response(null, { status: 416, headers: { ...SAFE, 'Content-Range': `bytes */${size}` } })
  const headers = {
    ...headersOf(piece),
    'Content-Range': `bytes ${start}-${piece.end - 1}/${size}`,
    'Content-Length': String(bytes.byteLength)
  }
  return new Response(isHead ? null : bytes, { status: 206, headers })
}

/** Where the last `count` bytes begin; the end of the file, which no range may begin at, where `count` is 0. */
async function startOfLast(count: number, ask: AskPiece): Promise<number | NoPiece> {
  const piece = await ask(0, 0)
  return 'status' in piece ? piece : Math.max(0, piece.size - count)
}

function whole(first: Piece | NoPiece, ask: AskPiece, isHead: boolean): Response {
  if ('status' in first) return missing(first)
  const headers = { ...headersOf(first), 'Content-Length': String(first.size) }
  if (isHead) return new Response(null, { headers })
  return new Response(first.end === first.size ? first.bytes : inPieces(first, ask), { headers })
}

/** The next piece is asked for when the one before was taken. */
function inPieces(first: Piece, ask: AskPiece): ReadableStream<Uint8Array> {
  let next: Piece | undefined = first
  let at = 0
  return new ReadableStream(
    {
      async pull(controller) {
        const piece = next ?? (await ask(at, at + MAX_BODY_BYTES))
        next = undefined
        if ('status' in piece || piece.start !== at || piece.end === at || piece.size !== first.size)
          return controller.error(new TypeError('The file cannot be read any more.'))
        at = piece.end
        controller.enqueue(new Uint8Array(piece.bytes))
        if (at === first.size) controller.close()
      }
    },
    { highWaterMark: 0 }
  )
}

/** Whatever is in the file, none of it runs: no type is guessed, and a document made of it has no rights. */
const SAFE = {
  'Accept-Ranges': 'bytes',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': 'sandbox',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff'
}

/** Types of content that can do nothing but be shown or played; everything else is only ever saved. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp|avif)|(?:video|audio)\/[\w.+-]{1,40}|application\/pdf)$/

function headersOf({ contentType, name }: Piece): Record<string, string> {
  const isShown = SHOWN.test(contentType)
  return {
    ...SAFE,
    'Content-Type': isShown ? contentType : 'application/octet-stream',
    'Content-Disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${encoded(name)}`
  }
}

/** For a header (RFC 8187): everything else is percent-encoded. A name that is no Unicode is not told. */
function encoded(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
}

const missing = ({ status }: NoPiece): Response => new Response(null, { status, headers: SAFE })
