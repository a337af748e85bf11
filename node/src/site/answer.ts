import type { IncomingMessage, ServerResponse } from 'node:http'
import { isAskedByUs } from './asked-by.ts'
import type { AppFiles } from './app-files.ts'
import { HEADERS } from './headers.ts'

const NOT_BUILT = 'The app is not built yet. Run: npm run build'

/** Answers one request for a file of the app. */
export async function answer(
  files: AppFiles,
  port: number,
  request: IncomingMessage,
  response: ServerResponse
): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
  if (!isAskedByUs(request.headers, port))
    return say(response, 403, 'This address is for the browser on this computer.')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    return say(response, 405, 'Only GET and HEAD.')
  }
  const [path = ''] = (request.url ?? '').split(/[?#]/)
  const file = await files.at(path)
  if (file === undefined)
    return (await files.isBuilt()) ? say(response, 404, 'Not found.') : say(response, 503, NOT_BUILT)
  response.setHeader('Content-Type', file.type)
  response.setHeader('ETag', file.etag)
  response.setHeader('Cache-Control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (request.headers['if-none-match'] === file.etag) return void response.writeHead(304).end()
  response.setHeader('Content-Length', file.bytes.length)
  response.writeHead(200).end(request.method === 'HEAD' ? undefined : file.bytes)
}

function say(response: ServerResponse, status: number, text: string): void {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.setHeader('Cache-Control', 'no-store')
  response.writeHead(status).end(`${text}\n`)
}
