import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { after, test } from 'node:test'
import { LIMITS } from '@holdfast/core/base/limits'
import { MapKv } from '@holdfast/core/sync/testing/map-stores'
import type { Channel } from '@holdfast/core/net/channel'
import type { Host } from '@holdfast/core/net/host'
import { message, TEST_LIMITS, TEST_PROTOCOL, testHost, until } from './testing.ts'

/** Dialling from a computer stands for a browser here: a host that listens on WebRTC-Direct can dial it, too. */
const LISTEN = ['/ip4/127.0.0.1/udp/0/webrtc-direct']

test('an address for browsers stays the same but for its port across restarts, and fits where addresses are kept', async () => {
  const kv = new MapKv()
  const certhashes = new Set<string | undefined>()
  for (let start = 0; start < 2; start++) {
    const host = await testHost({ listen: LISTEN, kv })
    const [address = ''] = host.addresses()
    assert.match(address, /^\/ip4\/127\.0\.0\.1\/udp\/\d+\/webrtc-direct\/certhash\/u[\w-]+\/p2p\//)
    assert.ok(address.length <= LIMITS.addressBytes)
    certhashes.add(/certhash\/([^/]+)/.exec(address)?.[1])
    assert.deepEqual(host.unsupported, [])
    await host.stop()
  }
  assert.equal(certhashes.size, 1)
})

test('Noise proves both keys: the wrong peer is told from none, and who is not allowed gets no answer', async () => {
  const denied = await testHost({ listen: LISTEN })
  const server = await testHost({ listen: LISTEN, allowPeer: (key) => key !== denied.peerKey })
  await server.handle(TEST_PROTOCOL, echo, { maxInboundStreams: 1, ...TEST_LIMITS })
  const client = await testHost({ listen: LISTEN })
  await assertEchoes(client, server)
  await until(() => server.connections()[0]?.peerKey === client.peerKey)

  const addresses = server.addresses().map((address) => address.replace(/\/p2p\/.*/, ''))
  const other = await testHost({ listen: LISTEN })
  await assert.rejects(client.dial({ peerKey: other.peerKey, addresses }), { code: 'PEER_MISMATCH' })
  await assert.rejects(
    denied
      .dial({ peerKey: server.peerKey, addresses })
      .then((connection) => connection.open(TEST_PROTOCOL))
      .then((channel) => channel.next())
  )
  // The hash of another certificate leads nowhere, whoever has the port.
  const foreign = addresses.map((address) => address.replace(/uE[\w-]+/, certhashOf(client)))
  await assert.rejects(other.dial({ peerKey: server.peerKey, addresses: foreign }, { timeoutMs: 500 }))
  await assertEchoes(other, server)
})

test('garbage at the port, and names that nobody may have, do no harm; good peers still connect', async () => {
  const server = await testHost({ listen: LISTEN })
  await server.handle(TEST_PROTOCOL, echo, { maxInboundStreams: 1, ...TEST_LIMITS })
  const port = Number(/udp\/(\d+)/.exec(server.addresses()[0] ?? '')?.[1])
  const socket = createSocket('udp4')
  after(() => socket.close())
  const send = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve) => socket.send(bytes, port, '127.0.0.1', () => resolve()))
  for (let length = 1; length < 1400; length += 7) await send(randomBytes(length))
  for (const name of NAMES) {
    const request = binding(`${name}:${name}`)
    await send(request)
    await send(request.subarray(0, request.length - 3))
    request.writeUInt16BE(0xfffc, 2)
    await send(request)
  }
  // A stranger who only ever begins: fewer than are let in at once, so that the good peer is not kept waiting here.
  for (let i = 0; i < 50; i++) await send(binding(`${GOOD}${i}:${GOOD}${i}`))
  await assertEchoes(await testHost({ listen: LISTEN }), server)
})

const GOOD = `libp2p+webrtc+v1/${'a'.repeat(16)}`
const NAMES = ['', 'a', '%s%n', '\0'.repeat(30), 'é'.repeat(30), 'x'.repeat(300), 'libp2p+webrtc+v1/;|&', `${GOOD}:`]

/** A STUN binding request. */
function binding(name: string): Buffer {
  const user = Buffer.from(name)
  const padded = Buffer.alloc(Math.ceil(user.length / 4) * 4)
  user.copy(padded)
  const head = Buffer.alloc(24)
  head.writeUInt16BE(1, 0)
  head.writeUInt16BE(4 + padded.length, 2)
  head.writeUInt32BE(0x2112a442, 4)
  randomBytes(12).copy(head, 8)
  head.writeUInt16BE(6, 20)
  head.writeUInt16BE(user.length, 22)
  return Buffer.concat([head, padded])
}

function echo(channel: Channel): void {
  void (async () => {
    for (let frame = await channel.next(); frame !== null; frame = await channel.next()) await channel.send(frame)
    await channel.close()
  })().catch(() => undefined)
}

async function assertEchoes(client: Host, server: Host): Promise<void> {
  const connection = await client.dial({ peerKey: server.peerKey, addresses: server.addresses() })
  assert.equal(connection.peerKey, server.peerKey)
  const channel = await connection.open(TEST_PROTOCOL, TEST_LIMITS)
  const body = randomBytes(300_000)
  await channel.send(message(body))
  assert.equal(Buffer.compare((await channel.next())!.body, body), 0)
  await channel.close()
}

function certhashOf(host: Host): string {
  return /certhash\/([^/]+)/.exec(host.addresses()[0] ?? '')![1]!
}
