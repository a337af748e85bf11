import { TAKE_OVER } from './messages.ts'

/** The page's side of the service worker. */
export interface AppUpdates {
  /** A newer build is here and waits: takes over and reloads every page of the app. False: none waits. */
  takeOver(): boolean
  /** Asks the server whether there is a newer build. Offline it does nothing. */
  look(): Promise<void>
}

/**
 * Registers the service worker beside the page. `onWaiting` is told, now or later, that a newer build waits. Undefined where the browser has none
 * (private windows of some, addresses without encryption): then the app works, but not offline.
 */
export async function registerServiceWorker(onWaiting: () => void): Promise<AppUpdates | undefined> {
  if (!('serviceWorker' in navigator)) return undefined
  const { serviceWorker } = navigator
  const registration = await serviceWorker
    .register('./sw.js', { scope: './', updateViaCache: 'none' })
    .catch(() => undefined)
  if (registration === undefined) return undefined
  serviceWorker.addEventListener('message', ({ ports: [port] }) => {
    if (!isMediaRelayed) port?.postMessage({ ok: false, status: 404 })
  })
  serviceWorker.startMessages()
  watch(registration, () => serviceWorker.controller !== null && onWaiting())
  // Only a page that had a service worker is running older code than the new one serves; the first one just takes the page in.
  let isControlled = serviceWorker.controller !== null
  serviceWorker.addEventListener('controllerchange', () => {
    if (isControlled) location.reload()
    isControlled = true
  })
  return {
    takeOver() {
      registration.waiting?.postMessage(TAKE_OVER)
      return registration.waiting !== null
    },
    async look() {
      await registration.update().catch(() => undefined)
    }
  }
}

let isMediaRelayed = false

/** Somebody on this page answers for its media from now on. Until then it has none, and says so at once: addresses of an earlier page are dead. */
export function mediaIsRelayed(): void {
  isMediaRelayed = true
}

function watch(registration: ServiceWorkerRegistration, told: () => void): void {
  if (registration.waiting !== null) told()
  registration.addEventListener('updatefound', () => {
    const { installing } = registration
    installing?.addEventListener('statechange', () => installing.state === 'installed' && told())
  })
}
