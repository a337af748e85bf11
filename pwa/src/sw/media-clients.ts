import { asPiece } from './piece.ts'
import type { AskPiece, NoPiece, Piece } from './piece.ts'

declare const self: ServiceWorkerGlobalScope

/** A page that says nothing for so long is frozen, or gone. What it has to fetch from elsewhere may take long. */
const PATIENCE_MS = 60_000

const PATH = /^media\/([0-9a-f]{32})\/[^/]*$/

/** The token in the address of an opened file: `media/TOKEN/content` beside the service worker. */
export function mediaToken({ url }: Request): string | undefined {
  const scope = new URL('./', self.location.href).href
  const { origin, pathname } = new URL(url)
  const address = `${origin}${pathname}`
  return address.startsWith(scope) ? PATH.exec(address.slice(scope.length))?.[1] : undefined
}

/** Asks the pages of this app; the one that opened the file answers, and all others know nothing of the token. */
export function askClients(token: string): AskPiece {
  return async (start, end) => {
    const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
    if (pages.length === 0) return { status: 404 }
    return new Promise((resolve) => {
      let left = pages.length
      const timer = setTimeout(() => resolve({ status: 503 }), PATIENCE_MS)
      const settle = (answer: Piece | NoPiece): void => {
        clearTimeout(timer)
        resolve(answer)
      }
      for (const page of pages) {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = ({ data }: MessageEvent<unknown>) => {
          port1.close()
          const answer = asPiece(data) ?? noPiece(data)
          left -= 1
          if (!('status' in answer) || answer.status === 503 || left === 0) settle(answer)
        }
        page.postMessage({ type: 'media', token, start, end }, [port2])
      }
    })
  }
}

function noPiece(answer: unknown): NoPiece {
  return { status: (answer as { status?: unknown } | null)?.status === 404 ? 404 : 503 }
}
