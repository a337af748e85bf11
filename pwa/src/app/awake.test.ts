import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAwake } from './awake.ts'
import { NO_STATUS } from './status.ts'
import type { SyncState } from './status.ts'
import { hasNetwork, status } from './vault.ts'

/** A screen that can be kept on. */
class Screen extends EventTarget {
  visibilityState = 'visible'
  held = 0

  readonly wakeLock = {
    request: async () => {
      this.held++
      return { release: async () => void this.held-- }
    }
  }

  show(isVisible: boolean): void {
    this.visibilityState = isVisible ? 'visible' : 'hidden'
    // The browser lets go by itself.
    if (!isVisible) this.held = 0
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

test('the screen is kept on while files come and go, whatever is looked at, and no longer', async (t) => {
  const screen = new Screen()
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  t.after(() => {
    Reflect.deleteProperty(globalThis, 'document')
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator')
    else Object.defineProperty(globalThis, 'navigator', before)
  })
  Object.assign(globalThis, { document: screen })
  Object.defineProperty(globalThis, 'navigator', { value: { wakeLock: screen.wakeLock }, configurable: true })
  const heldWhen = async (state: SyncState): Promise<number> => {
    status.value = { ...NO_STATUS, state }
    await settled()
    return screen.held
  }
  const stop = startAwake()
  assert.equal(await heldWhen('up-to-date'), 0)
  assert.equal(await heldWhen('syncing'), 1)
  assert.equal(await heldWhen('syncing'), 1)
  screen.show(false)
  screen.show(true)
  await settled()
  assert.equal(screen.held, 1, 'asked again when it is seen again')
  hasNetwork.value = false
  assert.equal(await heldWhen('syncing'), 0)
  hasNetwork.value = true
  assert.equal(await heldWhen('syncing'), 1)
  for (const state of ['waiting', 'needs-you', 'off', 'up-to-date'] as const) assert.equal(await heldWhen(state), 0)
  status.value = { ...NO_STATUS, state: 'syncing' }
  stop()
  await settled()
  assert.equal(screen.held, 0)
})

/** All that was promised by now is done. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
