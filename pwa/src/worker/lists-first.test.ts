import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { ListsFirst } from './lists-first.ts'

test('a look at everything goes on when the lists that were asked for meanwhile have been read, those that failed too', async () => {
  const first = new ListsFirst(() => setImmediate())
  await first.turn()
  let fail = (_: Error): void => undefined
  let read = (_: string): void => undefined
  const lists = [
    first.list(() => new Promise<string>((_, reject) => (fail = reject))),
    first.list(() => new Promise<string>((resolve) => (read = resolve)))
  ]
  let isOn = false
  const turn = first.turn().then(() => (isOn = true))
  fail(new Error('it was locked'))
  await assert.rejects(lists[0]!)
  for (let i = 0; i < 5; i++) await setImmediate()
  assert.equal(isOn, false, 'a list is still being read')
  read('a list')
  assert.equal(await lists[1], 'a list')
  await turn
})
