import { vault } from '../app/vault.ts'
import { MediaTokens } from './media-tokens.ts'
import type { MediaFile, OpenedMedia } from './media-tokens.ts'
import { relayMedia } from './relay.ts'

const tokens = new MediaTokens((...args) => vault().read(...args))
let isRelaying = false

/**
 * An address from which this page's players may fetch a file range by range. Undefined where no service worker answers for the page: at the very
 * first visit until it has taken over, and in browsers without one.
 */
export async function openMedia(file: MediaFile, signal: AbortSignal): Promise<OpenedMedia | undefined> {
  if (!('serviceWorker' in navigator)) return undefined
  if (navigator.serviceWorker.controller === null && !(await takesOver(signal))) return undefined
  if (!isRelaying) relayMedia(tokens)
  isRelaying = true
  return tokens.open(file)
}

function takesOver(signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const patience = AbortSignal.any([signal, AbortSignal.timeout(TAKE_OVER_MS)])
  patience.addEventListener('abort', () => resolve(false), { once: true })
  navigator.serviceWorker.addEventListener('controllerchange', () => resolve(true), { once: true, signal: patience })
  return promise
}

/** A first visit installs the whole app; longer nobody waits for a film without a word. */
const TAKE_OVER_MS = 8000
