import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encode } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { FileId } from '../base/ids.ts'
import { readKeptCard } from './contact-card.ts'
import { findRequest, requestIntent, requestsOf } from './conversation-requests.ts'
import type { MessageRequest } from './conversation-requests.ts'
import { mailPerson } from './testing-mail.ts'

const first = '11'.repeat(16) as FileId
const second = '12'.repeat(16) as FileId

test('a request comes back, in the order of arrival, and is found by its first digits', async () => {
  const card = readKeptCard((await mailPerson('dora')).card.bytes)
  const request = { id: first, card, text: 'hello', receivedMs: 2, isDismissed: false }
  const index = holding(request, { ...request, id: second, receivedMs: 1 })
  assert.deepEqual(
    requestsOf(index).map(({ id, text }) => [id, text]),
    [
      [second, 'hello'],
      [first, 'hello']
    ]
  )
  assert.equal(findRequest(index, '1111').id, first)
  assert.throws(
    () => findRequest(index, '11'),
    (error) => isHoldfastError(error, 'NOT_FOUND')
  )
  assert.throws(
    () => findRequest(index, 'zzzz'),
    (error) => isHoldfastError(error, 'NOT_FOUND')
  )
})

test('dealt with on one device is dealt with, although another device kept it at the same moment', async () => {
  const card = readKeptCard((await mailPerson('dora')).card.bytes)
  const open = { id: first, card, text: 'hello', receivedMs: 2, isDismissed: false }
  for (const values of [
    [open, { ...open, isDismissed: true }],
    [{ ...open, isDismissed: true }, open]
  ])
    assert.equal(requestsOf(holding(...values))[0]?.isDismissed, true)
  assert.equal(requestsOf(holding({ ...open, isDismissed: true }))[0]?.text, '', 'nobody needs it any more')
})

test('what is no request is as if it were not there', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.constant(encode([1, 0, new Uint8Array(3), 'x', 1]))), (value) => {
      assert.deepEqual(requestsOf({ extraValues: () => [value], extras: () => [{ file: first, value }] }), [])
    })
  )
})

function holding(...requests: readonly MessageRequest[]): Parameters<typeof requestsOf>[0] {
  const values = new Map<FileId, Uint8Array[]>()
  for (const request of requests)
    values.set(request.id, [...(values.get(request.id) ?? []), requestIntent(request).value!])
  return {
    extraValues: (file) => values.get(file) ?? [],
    extras: () => [...values].map(([file, [value]]) => ({ file, value: value! }))
  }
}
