import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { systemTime } from '@holdfast/core/libp2p/system-time'
import { FRAME } from '@holdfast/core/net/frame'
import {
  message,
  NOTHING,
  TEST_LIMITS,
  TEST_PROTOCOL,
  testChannels,
  testHost,
  TRANSPORTS,
  until,
  untilStuck
} from './testing.ts'
import type { Channel } from '@holdfast/core/net/channel'
import type { FrameKind } from '@holdfast/core/net/frame'

const MiB = 1024 * 1024

for (const { name, listen } of TRANSPORTS) {
  test(`${name}: frames arrive whole, in order, both ways`, async () => {
    const { near, far } = await testChannels(listen)
    const bodies = [0, 1, 1000, 65_519, 262_064, MiB].map((length) => randomBytes(length))
    const sent = Promise.all(bodies.map((body, i) => near.send(message(body, Uint8Array.of(i)))))
    for (const [i, body] of bodies.entries()) {
      const frame = await far.next()
      assert.deepEqual([frame?.header, Buffer.compare(frame!.body, body)], [Uint8Array.of(i), 0])
      await far.send(message(frame!.body))
    }
    await sent
    for (const body of bodies) assert.equal(Buffer.compare((await near.next())!.body, body), 0)
  })

  for (const direction of ['the side that dialled', 'the side that was dialled'] as const) {
    // The brake is the same above both transports; the slower one shows that it holds with less.
    const count = name === 'TCP' ? 100 : 20
    test(`${name}: ${count} MiB to a slow reader on ${direction} wait in bounded memory and are not reset`, async () => {
      const { near, far } = await testChannels(listen)
      const [from, to] = direction === 'the side that dialled' ? [far, near] : [near, far]
      await slowTransfer(from, to, count)
    })
  }

  test(`${name}: a frame over the limit ends the stream with TOO_LARGE before it is kept`, async () => {
    const { near, far } = await testChannels(listen, { near: { maxBodyBytes: 64 * MiB } })
    await Promise.all([
      assert.rejects(near.send(message(new Uint8Array(64 * MiB))), { code: 'DISCONNECTED' }),
      assert.rejects(far.next(), { code: 'TOO_LARGE' })
    ])
    await Promise.all([near.closed, far.closed])
  })

  test(`${name}: garbage in place of a frame ends the stream with MALFORMED`, async () => {
    const { near, far } = await testChannels(listen)
    await near.send({ kind: 99 as FrameKind, id: 0, header: NOTHING, body: randomBytes(1000) })
    await assert.rejects(far.next(), { code: 'MALFORMED' })
    await assert.rejects(near.next(), { code: 'DISCONNECTED' })
  })

  test(`${name}: half a close lets the other half go on`, async () => {
    const { near, far } = await testChannels(listen)
    await near.send(message(Uint8Array.of(1)))
    await near.close()
    assert.deepEqual((await far.next())?.body, Uint8Array.of(1))
    assert.equal(await far.next(), null)
    await assert.rejects(near.send(message(NOTHING)), { code: 'DISCONNECTED' })
    await far.send(message(Uint8Array.of(2)))
    await far.close()
    assert.deepEqual((await near.next())?.body, Uint8Array.of(2))
    assert.equal(await near.next(), null)
    await Promise.all([near.closed, far.closed])
  })

  test(`${name}: an aborted stream is told from one that ended`, async () => {
    const { near, far } = await testChannels(listen)
    await near.send(message(Uint8Array.of(1)))
    await far.next()
    near.abort()
    await assert.rejects(far.next(), { code: 'DISCONNECTED' })
    await assert.rejects(far.send(message(NOTHING)), { code: 'DISCONNECTED' })
    await assert.rejects(near.next(), { code: 'DISCONNECTED' })
    await Promise.all([near.closed, far.closed])
  })

  test(`${name}: a peer killed in the middle of a frame costs an error, not a crash`, async () => {
    const host = await testHost({ listen: [listen] })
    const opened = new Promise<Channel>((resolve, reject) => {
      host.handle(TEST_PROTOCOL, resolve, { maxInboundStreams: 1, ...TEST_LIMITS }).catch(reject)
    })
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      FLOODING_PEER,
      import.meta.resolve('./host.js'),
      ...host.addresses()
    ])
    const channel = await opened
    for (let i = 0; i < 20; i++) assert.equal((await channel.next())?.body.length, MiB)
    child.kill('SIGKILL')
    await assert.rejects(
      (async () => {
        while ((await channel.next()) !== null);
      })(),
      { code: 'DISCONNECTED' }
    )
    await channel.closed
  })
}

test('a peer that never ends its half is cut', async () => {
  const { near, far } = await testChannels(TRANSPORTS[0].listen, { near: { lingerMs: 20 } })
  await near.close()
  await near.closed
  await assert.rejects(
    far
      .send(message(NOTHING))
      .then(() => far.closed)
      .then(() => far.send(message(NOTHING))),
    { code: 'DISCONNECTED' }
  )
})

test('many empty frames that nobody reads stop the sender, too', async () => {
  const { near, far } = await testChannels(TRANSPORTS[0].listen)
  let sent = 0
  const flood = (async () => {
    for (;;) {
      await Promise.all(Array.from({ length: 1000 }, () => near.send(message(NOTHING))))
      sent += 1000
    }
  })()
  flood.catch(() => undefined)
  await untilStuck(() => sent)
  assert.equal((await far.next())?.body.length, 0)
  near.abort()
})

test('keep-alives are not shown to the reader', async () => {
  const { near, far } = await testChannels(TRANSPORTS[0].listen)
  await near.send({ kind: FRAME.keepAlive, id: 0, header: NOTHING, body: NOTHING })
  await near.send(message(Uint8Array.of(7)))
  assert.deepEqual((await far.next())?.body, Uint8Array.of(7))
})

test('while a frame trickles in, its sender hears of it', async () => {
  let looked = 0
  const { near, far } = await testChannels(TRANSPORTS[0].listen, {
    near: { time: { ...systemTime, nowMs: () => ++looked } },
    far: { keepAliveMs: -1 }
  })
  await near.send(message(new Uint8Array(MiB)))
  await far.next()
  // The clock is looked at once at the start and once for each of the five pieces sent; more is something heard.
  await until(() => looked > 6)
})

/** Reads a little, then waits until the sender is stuck, again and again. */
async function slowTransfer(from: Channel, to: Channel, count: number): Promise<void> {
  const body = randomBytes(MiB)
  let sent = 0
  const sending = (async () => {
    for (; sent < count; sent++) await from.send(message(body))
    await from.close()
  })()
  let read = 0
  for (let frame = await to.next(); frame !== null; frame = await to.next()) {
    assert.equal(Buffer.compare(frame.body, body), 0)
    read++
    if (read % 20 === 1) await untilStuck(() => sent)
    assert.ok(sent - read <= 8, `${sent - read} MiB on their way`)
  }
  await sending
  assert.equal(read, count)
}

const FLOODING_PEER = `
  const [host, ...addresses] = process.argv.slice(1)
  const { createHost } = await import(host)
  const peer = await createHost({ key: crypto.getRandomValues(new Uint8Array(32)), listen: [] })
  const connection = await peer.dial({ addresses })
  const channel = await connection.open('/holdfast/test/1', { maxHeaderBytes: 1024, maxBodyBytes: 1024 * 1024 })
  for (;;) await channel.send({ kind: 0, id: 0, header: new Uint8Array(0), body: new Uint8Array(1024 * 1024) })
`
