import { signal } from '@preact/signals'
import { registerServiceWorker } from '../sw/register.ts'
import type { AppUpdates } from '../sw/register.ts'

/** Whether a newer build is here and waits to be taken. */
export const isUpdateReady = signal(false)

let updates: AppUpdates | undefined

/** Has the app stored for use offline, and notices newer builds: at the start, and whenever the page is seen again. */
export async function startUpdates(): Promise<void> {
  updates = await registerServiceWorker(() => (isUpdateReady.value = true))
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void updates?.look()
  })
}

/** Loads every page of the app anew with the newer build. */
export function takeUpdate(): void {
  if (updates?.takeOver() !== true) location.reload()
}
