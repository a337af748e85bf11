import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { VaultEvent } from '../../bridge/vault-worker.ts'
import { Listing } from './listing.ts'
import type { ListingState } from './listing.ts'

/** A worker whose answers are given one by one. */
function fake() {
  const asked: { answer(events: readonly VaultEvent[]): void; fail(error: unknown): void }[] = []
  const waiting: (() => void)[] = []
  const listeners = new Set<() => void>()
  const worker = {
    run: () =>
      new Promise<readonly VaultEvent[]>((answer, fail) => {
        asked.push({ answer, fail })
        waiting.shift()?.()
      }),
    onChange: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
  const change = (): void => listeners.forEach((listener) => listener())
  const next = async () => {
    if (asked.length === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    return asked.shift()!
  }
  return { worker, asked, listeners, change, next }
}

const file = (path: string): VaultEvent => ({ type: 'file', path, kind: 'file' })

test('changes while a folder is read make it read once more, not once each, and never two at once', async () => {
  const { worker, asked, change, next, listeners } = fake()
  const listing = new Listing(worker, { path: '/' })
  assert.equal(listing.state.value, 'loading')
  const first = await next()
  for (let i = 0; i < 5; i++) change()
  assert.equal(asked.length, 0)
  first.answer([file('/a')])
  const second = await next()
  assert.deepEqual(
    listing.entries.value.map(({ name }) => name),
    ['a']
  )
  const [before] = listing.entries.value
  second.answer([file('/a'), file('/b')])
  change()
  const third = await next()
  assert.equal(listing.entries.value[0], before, 'what did not change is the same object')
  assert.equal(listing.entries.value.length, 2)
  assert.equal(asked.length, 0)
  listing.close()
  third.answer([])
  assert.equal(listeners.size, 0)
})

test('a reading that fails is told and takes nothing away; a closed listing changes no more', async () => {
  const { worker, change, next } = fake()
  const listing = new Listing(worker, { path: '/', known: [] })
  const state = (): ListingState => listing.state.value
  assert.equal(state(), 'ready', 'what was known is shown at once')
  ;(await next()).answer([file('/a')])
  change()
  ;(await next()).fail(new HoldfastError('DISCONNECTED'))
  change()
  const later = await next()
  const failed = state()
  assert.ok(typeof failed === 'object' && (failed.error as HoldfastError).code === 'DISCONNECTED')
  assert.equal(listing.entries.value.length, 1)
  listing.close()
  later.answer([])
  await Promise.resolve()
  assert.equal(listing.entries.value.length, 1)
})
