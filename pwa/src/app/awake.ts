import { computed, effect } from '@preact/signals'
import { hasNetwork, status } from './vault.ts'

/** Keeps the screen on while files come and go, whatever is looked at. Returns how to stop. */
export function startAwake(): () => void {
  const isMoving = computed(() => hasNetwork.value && status.value.state === 'syncing')
  return effect(() => (isMoving.value ? stayAwake() : undefined))
}

/**
 * Keeps the screen on until the returned function is called: a phone that falls asleep ends what the app is sending. The browser lets go
 * whenever the page is hidden, so it is asked again when it is seen, and may refuse, which changes nothing else.
 */
export function stayAwake(): () => void {
  let held: WakeLockSentinel | undefined
  let isEnded = false
  const ask = async (): Promise<void> => {
    if (document.visibilityState !== 'visible') return
    const sentinel = await navigator.wakeLock?.request('screen').catch(() => undefined)
    if (isEnded) await sentinel?.release()
    else held = sentinel ?? held
  }
  const onVisible = (): void => void ask()
  document.addEventListener('visibilitychange', onVisible)
  onVisible()
  return () => {
    isEnded = true
    document.removeEventListener('visibilitychange', onVisible)
    void held?.release()
  }
}
