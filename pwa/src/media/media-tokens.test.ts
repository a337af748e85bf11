import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { MediaTokens } from './media-tokens.ts'
import { isMediaAsk } from './messages.ts'

const MiB = 1024 * 1024

function film(size: number) {
  const reads: [string, number, number][] = []
  const tokens = new MediaTokens(async (path, start, end, _signal, version) => {
    assert.equal(version, 'v1')
    reads.push([path, start, end])
    return new Uint8Array(end - start).fill(7)
  })
  const { url, close } = tokens.open({ path: '/film.mp4', name: 'film.mp4', version: 'v1', size, type: 'video/mp4' })
  return { tokens, reads, url, close, token: url.split('/')[2]! }
}

test('an answer stays within the file, what was asked and 1 MiB, whatever is asked', async () => {
  const { tokens, reads, token, url } = film(5 * MiB + 3)
  assert.match(url, /^\.\/media\/[0-9a-f]{32}\/content$/)
  const range = async (start: number, end: number) => {
    const answer = await tokens.answer({ type: 'media', token, start, end })
    assert.ok(answer.ok)
    assert.equal(answer.bytes.byteLength, answer.end - answer.start)
    return [answer.start, answer.end, answer.size]
  }
  const size = 5 * MiB + 3
  assert.deepEqual(await range(0, 2), [0, 2, size])
  assert.deepEqual(await range(MiB, size), [MiB, 2 * MiB, size])
  assert.deepEqual(await range(5 * MiB, 9 * MiB), [5 * MiB, size, size])
  const before = reads.length
  for (const [start, end] of [
    [0, 0],
    [size, size + 1],
    [9 * MiB, 2],
    [7, 3]
  ] as const) {
    const [from, to] = await range(start, end)
    assert.equal(from, to)
  }
  assert.equal(reads.length, before, 'nothing is read where nothing is given')
})

test('a closed or guessed token opens nothing', async () => {
  const { tokens, token, close, reads } = film(10)
  close()
  for (const guess of [token, '', 'constructor', '0'.repeat(32)])
    assert.deepEqual(await tokens.answer({ type: 'media', token: guess, start: 0, end: 1 }), { ok: false, status: 404 })
  assert.equal(reads.length, 0)
})

test('bytes that are not here, or fewer than there were, are no answer', async () => {
  for (const read of [() => Promise.reject(new Error('away')), () => Promise.resolve(new Uint8Array(1))]) {
    const tokens = new MediaTokens(read)
    const { url } = tokens.open({ path: '/a', name: '\ud800/..', version: undefined, size: 10, type: undefined })
    assert.match(url, /^\.\/media\/[0-9a-f]{32}\/content$/)
    const answer = await tokens.answer({ type: 'media', token: url.split('/')[2]!, start: 0, end: 10 })
    assert.deepEqual(answer, { ok: false, status: 503 })
  }
})

test('it is told why bytes did not come, and no longer once they come', async () => {
  let isAway = true
  const tokens = new MediaTokens(async () => {
    if (isAway) throw new HoldfastError('NOT_HERE')
    return new Uint8Array(10)
  })
  const { url, failure } = tokens.open({ path: '/a', name: 'a', version: undefined, size: 10, type: undefined })
  const ask = () => tokens.answer({ type: 'media', token: url.split('/')[2]!, start: 0, end: 10 })
  assert.equal(failure(), undefined)
  const answer = ask()
  assert.ok(isHoldfastError(failure(), 'TIMEOUT'))
  assert.equal((await answer).ok, false)
  assert.ok(isHoldfastError(failure(), 'NOT_HERE'))
  isAway = false
  assert.equal((await ask()).ok, true)
  assert.equal(failure(), undefined)
})

test('bytes that lie in a larger buffer are given without the rest of it', async () => {
  const tokens = new MediaTokens(async () => new Uint8Array(100).fill(1).subarray(4, 8))
  const { url } = tokens.open({ path: '/a', name: 'a', version: undefined, size: 4, type: undefined })
  const answer = await tokens.answer({ type: 'media', token: url.split('/')[2]!, start: 0, end: 4 })
  assert.equal(answer.ok && answer.bytes.byteLength, 4)
  assert.equal(answer.ok && answer.contentType, 'application/octet-stream')
})

test('only a whole question is one', () => {
  assert.ok(isMediaAsk({ type: 'media', token: 'a', start: 0, end: 5 }))
  for (const value of [
    null,
    'media',
    {},
    { type: 'media', token: 'a', start: -1, end: 5 },
    { type: 'media', token: 'a', start: 0, end: 1.5 },
    { type: 'media', start: 0, end: 1 }
  ])
    assert.ok(!isMediaAsk(value))
})
