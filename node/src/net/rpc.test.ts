import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import { createRpcClient, serveRpc } from '@holdfast/core/net/rpc'
import { message, NOTHING, testChannels, TRANSPORTS, until, untilStuck } from './testing.ts'
import type { RpcHandler, ServeOptions } from '@holdfast/core/net/rpc'
import type { RpcClientOptions } from '@holdfast/core/net/rpc'

const MiB = 1024 * 1024
const HEADER = Uint8Array.of(1)

async function rpc(
  handler: RpcHandler,
  options: ServeOptions & RpcClientOptions = {},
  listen: string = TRANSPORTS[0].listen
) {
  const pair = await testChannels(listen)
  const serving = serveRpc(pair.far, handler, options)
  return { ...pair, serving, client: createRpcClient(pair.near, options) }
}

for (const { name, listen } of TRANSPORTS) {
  test(`${name}: answers find their requests, whatever their order`, async () => {
    const { client } = await rpc(async (header, body) => ({ header, body: body.subarray(0, 10) }), {}, listen)
    await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const answer = await client.request(Uint8Array.of(i & 255, i >> 8), new Uint8Array(i * 10).fill(i))
        assert.deepEqual([...answer.header], [i & 255, i >> 8])
        assert.deepEqual(
          [...answer.body],
          Array.from({ length: Math.min(10, i * 10) }, () => i & 255)
        )
      })
    )
  })

  test(`${name}: 50 MiB are fetched through a bounded number of requests`, async () => {
    const body = new Uint8Array(MiB).fill(7)
    let most = 0
    let now = 0
    const { client } = await rpc(
      async (header) => {
        most = Math.max(most, ++now)
        await new Promise(setImmediate)
        now--
        return { header, body }
      },
      {},
      listen
    )
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        client.request(HEADER, NOTHING, { expectBytes: MiB }).then((answer) => answer.body.length)
      )
    )
    assert.deepEqual(new Set(answers), new Set([MiB]))
    assert.ok(most <= 3, `${most} at once`)
  })
}

test('a refusal arrives as its code, and an error nobody foresaw as the failure of the peer', async () => {
  const seen: unknown[] = []
  const { client } = await rpc(
    async (header) => {
      if (header[0] === 0) throw new HoldfastError('RATE_LIMITED', 'not for you', { waitMs: 50 })
      throw new TypeError('not for you')
    },
    { onError: (error) => seen.push(error) }
  )
  await assert.rejects(client.request(Uint8Array.of(0)), { code: 'RATE_LIMITED', waitMs: 50 })
  await assert.rejects(client.request(Uint8Array.of(1)), { code: 'PEER_FAILED' })
  assert.ok(seen[0] instanceof TypeError)
})

test('an answer that does not fit a frame, or is larger than asked for, is an error and not a silence', async () => {
  const { client } = await rpc(async (header) => ({ header, body: new Uint8Array(header[0] === 0 ? 2 * MiB : MiB) }))
  await assert.rejects(client.request(Uint8Array.of(0)), { code: 'PEER_FAILED' })
  await assert.rejects(client.request(Uint8Array.of(1)), { code: 'TOO_LARGE' })
  await assert.rejects(client.request(HEADER, new Uint8Array(2 * MiB)), { code: 'TOO_LARGE' })
  assert.equal((await client.request(Uint8Array.of(1), NOTHING, { expectBytes: MiB })).body.length, MiB)
})

test('a request that gets no answer gives up after the idle time, and the channel stays usable', async () => {
  const { client } = await rpc((header) =>
    header[0] === 0 ? new Promise(() => undefined) : Promise.resolve({ header })
  )
  await assert.rejects(client.request(Uint8Array.of(0), NOTHING, { idleMs: 20 }), { code: 'TIMEOUT' })
  await client.request(HEADER)
})

test('a request can be given up while it runs and while it waits in line', async () => {
  const never = new AbortController()
  const { client } = await rpc(() => new Promise(() => undefined), { maxOutstanding: 1 })
  const running = client.request(HEADER, NOTHING, { signal: never.signal })
  const waiting = client.request(HEADER, NOTHING, { signal: never.signal })
  const both = Promise.all([assert.rejects(running, { code: 'ABORTED' }), assert.rejects(waiting, { code: 'ABORTED' })])
  never.abort()
  await both
})

test('no more requests are answered at once than allowed, and the others wait at the sender', async () => {
  const waiting: (() => void)[] = []
  const handler: RpcHandler = (header) => new Promise((resolve) => waiting.push(() => resolve({ header })))
  const { client } = await rpc(handler, { maxConcurrent: 2, maxOutstanding: 1000, maxOutstandingBytes: 1000 * MiB })
  const all = Promise.all(Array.from({ length: 20 }, () => client.request(HEADER, new Uint8Array(MiB))))
  await untilStuck(() => waiting.length)
  assert.equal(waiting.length, 2)
  let answered = 0
  while (answered < 20) {
    await until(() => waiting.length > 0)
    waiting.shift()!()
    answered++
  }
  await all
})

test('requests in flight and in line end when the peer goes', async () => {
  const { client, far, serving } = await rpc(() => new Promise(() => undefined), { maxOutstanding: 1 })
  const both = [client.request(HEADER), client.request(HEADER)].map((request) =>
    assert.rejects(request, { code: 'DISCONNECTED' })
  )
  await untilStuck(() => 0)
  far.abort()
  await Promise.all(both)
  await assert.rejects(client.request(HEADER), { code: 'DISCONNECTED' })
  void serving
})

test('serving ends when the asker closes, after its last answer', async () => {
  const { client, near, serving } = await rpc(async (header) => ({ header }))
  const last = client.request(HEADER)
  await near.close()
  assert.deepEqual((await last).header, HEADER)
  await serving
  await near.closed
})

test('a message where a request or an answer belongs ends the channel', async () => {
  const { near, serving } = await rpc(async (header) => ({ header }))
  await near.send(message(NOTHING))
  await serving
  await near.closed
})
