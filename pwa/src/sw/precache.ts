declare const self: ServiceWorkerGlobalScope
/** [address relative to the service worker, hash of the content] of every file of the app; put in by the build. */
declare const __PRECACHE__: readonly (readonly [string, string])[]

const NAME = 'holdfast-app-'
const CURRENT = `${NAME}${__BUILD__}`
const SHELL = 'index.html'

const addresses = new Map(__PRECACHE__.map(([path, hash]) => [new URL(path, self.location.href).href, hash]))
const shell = new URL(SHELL, self.location.href).href
const scope = new URL('./', self.location.href).href

/** Fetches every file of this build past all caches; all of them or none. Throws what fetch throws, or when a file is another's. */
export async function fillPrecache(): Promise<void> {
  const cache = await caches.open(CURRENT)
  await Promise.all(
    [...addresses].map(async ([address, hash]) => {
      const answer = await fetch(address, { cache: 'no-cache', redirect: 'error', credentials: 'same-origin' })
      const body = await answer.arrayBuffer()
      if (!answer.ok || (await sha256(body)) !== hash) throw new TypeError(`${address} is not of build ${__BUILD__}`)
      await cache.put(address, new Response(body, { headers: headersOf(answer) }))
    })
  )
}

/** Takes away what builds before this one left. */
export async function dropOlder(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(
    names.filter((name) => name.startsWith(NAME) && name !== CURRENT).map((name) => caches.delete(name))
  )
}

/** The address under which the answer to a request lies here; undefined: it is none of the app's files. */
export function precachedAddress(request: Request): string | undefined {
  if (request.method !== 'GET') return undefined
  const { origin, pathname } = new URL(request.url)
  const address = `${origin}${pathname}`
  if (address === scope) return shell
  return addresses.has(address) ? address : undefined
}

/** The file as this build has it; from the network if the browser has dropped it. */
export async function fromPrecache(address: string): Promise<Response> {
  const cache = await caches.open(CURRENT)
  return (await cache.match(address, { ignoreVary: true })) ?? fetch(address, { cache: 'no-cache' })
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A body that was read whole has neither its encoding nor its length any more. */
function headersOf(answer: Response): Headers {
  const headers = new Headers(answer.headers)
  headers.delete('Content-Encoding')
  headers.delete('Content-Length')
  return headers
}
