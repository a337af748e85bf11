import { answerMedia } from './media-answer.ts'
import { askClients, mediaToken } from './media-clients.ts'
import { TAKE_OVER } from './messages.ts'
import { dropOlder, fillPrecache, fromPrecache, precachedAddress } from './precache.ts'

declare const self: ServiceWorkerGlobalScope

/** The service worker: the app's own files without a network, and ranges of files that a page has opened. Everything else goes its way. */

self.addEventListener('install', (event) => event.waitUntil(fillPrecache()))
self.addEventListener('activate', (event) => event.waitUntil(dropOlder().then(() => self.clients.claim())))
self.addEventListener('message', (event) => {
  if (event.data === TAKE_OVER) event.waitUntil(self.skipWaiting())
})
self.addEventListener('fetch', (event) => {
  const { request } = event
  const token = mediaToken(request)
  const address = precachedAddress(request)
  if (token !== undefined) event.respondWith(answerMedia(request, askClients(token)))
  else if (address !== undefined) event.respondWith(fromPrecache(address))
})
