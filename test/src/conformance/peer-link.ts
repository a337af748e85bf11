import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { PeerLink } from '@holdfast/core/ports/peer-link'

export interface LinkPair {
  readonly a: PeerLink
  readonly b: PeerLink
  /** Who is at which end. */
  readonly aId: DeviceId
  readonly bId: DeviceId
  stop(): Promise<void>
}

/** The contract of core/src/ports/peer-link.ts, for every implementation. */
export function peerLinkConformance(name: string, make: () => Promise<LinkPair>): void {
  const onLinks = (title: string, body: (pair: LinkPair) => Promise<void>): void => {
    void test(`${name}: ${title}`, async () => {
      const pair = await make()
      try {
        await body(pair)
      } finally {
        await pair.stop()
      }
    })
  }

  onLinks('each end knows who the other is', async ({ a, b, aId, bId }) => {
    assert.deepEqual([a.peer, b.peer], [bId, aId])
  })

  onLinks('messages arrive whole, in order, and the next only when the one before was dealt with', async ({ a, b }) => {
    const sent = Array.from({ length: 50 }, (_, i) => bytes(i, i * 311))
    const received: Uint8Array[] = []
    let busy = 0
    const all = new Promise<void>((resolve) => {
      b.onMessage(async (message) => {
        assert.equal(++busy, 1)
        await turn()
        received.push(message.slice())
        busy--
        if (received.length === sent.length) resolve()
      })
    })
    a.onMessage(async () => undefined)
    for (const message of sent) await a.send(message)
    await all
    assert.deepEqual(received, sent)
  })

  onLinks('questions are answered side by side, both ways, each with its own answer', async ({ a, b }) => {
    for (const end of [a, b]) {
      end.onMessage(async () => undefined)
      end.onRequest(async (header, body) => ({
        header: Uint8Array.of(header[0]!, 7),
        body: body.map((byte) => byte ^ 255)
      }))
    }
    const ask = async (end: PeerLink, i: number): Promise<void> => {
      const reply = await end.request(Uint8Array.of(i), { body: bytes(i, 1000), expectBytes: 1000 })
      assert.deepEqual([...reply.header], [i, 7])
      assert.deepEqual(
        reply.body,
        bytes(i, 1000).map((byte) => byte ^ 255)
      )
    }
    await Promise.all(Array.from({ length: 40 }, (_, i) => ask(i % 2 === 0 ? a : b, i)))
  })

  onLinks('a refusal arrives as its code, with how long to wait', async ({ a, b }) => {
    a.onMessage(async () => undefined)
    b.onMessage(async () => undefined)
    b.onRequest(async () => {
      throw new HoldfastError('QUOTA_EXCEEDED', undefined, { waitMs: 5 })
    })
    await assert.rejects(
      a.request(Uint8Array.of(1)),
      (error) => isHoldfastError(error, 'QUOTA_EXCEEDED') && error.waitMs === 5
    )
  })

  onLinks('after a close both ends hear of it, and nothing is sent or asked into the void', async ({ a, b }) => {
    const closed = Promise.all([a, b].map((end) => new Promise<void>((resolve) => end.onClose(resolve))))
    a.onMessage(async () => undefined)
    b.onMessage(async () => undefined)
    a.close()
    await closed
    for (const end of [a, b]) {
      await assert.rejects(end.send(bytes(1, 10)), code('DISCONNECTED'))
      await assert.rejects(end.request(Uint8Array.of(1)), (error) => isHoldfastError(error))
      // Whoever comes late is told at once; closing twice is nothing.
      await new Promise<void>((resolve) => end.onClose(resolve))
      end.close()
    }
  })
}

function bytes(seed: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 17) & 255)
}

function code(expected: ErrorCode): (error: unknown) => boolean {
  return (error) => isHoldfastError(error, expected)
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
