import { TAKE_OVER } from './messages.ts'
import { dropOlder, fillPrecache, fromPrecache, precachedAddress } from './precache.ts'

declare const self: ServiceWorkerGlobalScope

/** The service worker: the app's own files without a network. Everything else goes its way. */

self.addEventListener('install', (event) => event.waitUntil(fillPrecache()))
self.addEventListener('activate', (event) => event.waitUntil(dropOlder().then(() => self.clients.claim())))
self.addEventListener('message', (event) => {
  if (event.data === TAKE_OVER) event.waitUntil(self.skipWaiting())
})
self.addEventListener('fetch', (event) => {
  const address = precachedAddress(event.request)
  if (address !== undefined) event.respondWith(fromPrecache(address))
})
