import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a request is one of a browser on this machine that meant this server. A page of somebody else can make a browser send requests here: by our own
 * address (then `Origin` or `Sec-Fetch-Site` tells), or by a name of its own that it lets point here (DNS rebinding; then `Host` tells).
 */
export function isAskedByUs(headers: IncomingHttpHeaders, port: number): boolean {
  const { host, origin } = headers
  if (host === undefined || !hosts(port).includes(host.toLowerCase())) return false
  if (origin !== undefined && !hosts(port).includes(hostOf(origin))) return false
  // Following a link to the app is fine, loading pieces of it into another page is not.
  const isForeign = headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site'
  return !isForeign || (headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document')
}

/** What may stand in `Host`: with port 80 browsers leave the port out. */
function hosts(port: number): string[] {
  const names = ['localhost', '127.0.0.1', '[::1]']
  return names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
}

/** Of an origin with http only; nothing else is served here. `null` and lists are no origin of ours. */
function hostOf(origin: string): string {
  return /^http:\/\/[^/\s]+$/i.test(origin) ? origin.slice('http://'.length).toLowerCase() : ''
}
