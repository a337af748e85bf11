import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { test } from 'node:test'
import { NOTHING, TEST_LIMITS, TEST_PROTOCOL, testHost, testPair, TRANSPORTS, until } from './testing.ts'
import type { Channel } from '@holdfast/core/net/channel'
import type { Connection } from '@holdfast/core/net/connection'
import type { Host } from '@holdfast/core/net/host'
import type { PeerKey } from '@holdfast/core/net/peer-key'

for (const { name, listen } of TRANSPORTS) {
  test(`${name}: both sides know each other by their keys`, async () => {
    const { server, client, connection } = await testPair(listen)
    assert.equal(connection.peerKey, server.peerKey)
    await until(() => server.connections().length === 1)
    assert.equal(server.connections()[0]?.peerKey, client.peerKey)
    assert.match(server.addresses()[0] ?? '', /\/p2p\//)
  })

  test(`${name}: somebody else at the address is not taken for the peer`, async () => {
    const { server, client } = await testPair(listen)
    const wanted = (await testHost({ listen: [] })).peerKey
    const addresses = server.addresses()
    const bare = addresses.map((address) => address.replace(/\/p2p\/.*/, ''))
    const stranger = await testHost({ listen: [] })
    await assert.rejects(client.dial({ peerKey: wanted, addresses }), { code: 'PEER_MISMATCH' })
    await assert.rejects(stranger.dial({ peerKey: wanted, addresses: bare }), { code: 'PEER_MISMATCH' })
  })

  test(`${name}: a peer that is not allowed gets no answer`, async () => {
    const denied = await testHost({ listen: [] })
    const server = await testHost({ listen: [listen], allowPeer: (key) => key !== denied.peerKey })
    await server.handle(TEST_PROTOCOL, () => assert.fail('answered'), { maxInboundStreams: 1 })
    await assert.rejects(
      denied
        .dial({ peerKey: server.peerKey, addresses: server.addresses() })
        .then((connection) => connection.open(TEST_PROTOCOL))
        .then((channel) => channel.next())
    )
    assert.equal(server.connections().length, 0)
  })

  test(`${name}: a host with busy peers stops, and they notice`, async () => {
    const { server, client, connection } = await testPair(listen)
    const gone = new Promise<PeerKey>((resolve) => client.onDisconnect(({ peerKey }) => resolve(peerKey)))
    await server.handle(TEST_PROTOCOL, () => undefined, { maxInboundStreams: 20, ...TEST_LIMITS })
    const channels = await Promise.all(Array.from({ length: 10 }, () => connection.open(TEST_PROTOCOL, TEST_LIMITS)))
    const floods = channels.map((channel) => assert.rejects(flood(channel), { code: 'DISCONNECTED' }))
    await Promise.all([server.stop(), server.stop()])
    assert.equal(await gone, server.peerKey)
    await Promise.all(floods)
    assert.equal(server.connections().length, 0)
    await assert.rejects(client.dial({ peerKey: server.peerKey, addresses: server.addresses() }), { code: 'NO_PEER' })
  })

  test(`${name}: a busy host stops although its peers do not read`, async () => {
    const { client, server, connection } = await testPair(listen)
    await server.handle(TEST_PROTOCOL, () => undefined, { maxInboundStreams: 20, ...TEST_LIMITS })
    const channel = await connection.open(TEST_PROTOCOL, TEST_LIMITS)
    const sending = assert.rejects(flood(channel), { code: 'DISCONNECTED' })
    await client.stop()
    await sending
    assert.deepEqual(client.connections(), [])
    await until(() => server.connections().length === 0)
  })

  test(`${name}: bytes that are not libp2p end only their own connection`, async () => {
    const { server, connection } = await testPair(listen)
    const port = Number(/tcp\/(\d+)/.exec(server.addresses()[0] ?? '')?.[1])
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined).resume()
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.write(randomBytes(100_000))
    await closed
    await server.handle(TEST_PROTOCOL, (channel) => void channel.close(), { maxInboundStreams: 1 })
    await visit(connection)
  })
}

test('hundreds of devices behind one address are connected at once', async () => {
  const devices = process.env['HOLDFAST_LONG'] === '1' ? 300 : 100
  const server = await testHost({ limits: { inboundPerSecond: 1000 } })
  await server.handle(TEST_PROTOCOL, (channel) => void channel.close(), { maxInboundStreams: 1 })
  const clients: Host[] = []
  for (let i = 0; i < devices; i++) clients.push(await testHost({ listen: [] }))
  for (let at = 0; at < clients.length; at += 10) {
    await Promise.all(
      clients.slice(at, at + 10).map(async (client) => {
        const connection = await client.dial(
          { peerKey: server.peerKey, addresses: server.addresses() },
          { timeoutMs: 30_000 }
        )
        await visit(connection)
      })
    )
  }
  assert.equal(server.connections().length, devices)
})

test('the next address is tried when one does not answer, and a live connection is used again', async () => {
  const server = await testHost()
  const client = await testHost({ listen: [] })
  const target = { peerKey: server.peerKey, addresses: ['nonsense', '/ip4/127.0.0.1/tcp/1', ...server.addresses()] }
  const connection = await client.dial(target)
  assert.equal(await client.dial(target), connection)
})

test('a dial that is aborted or finds nobody says which', async () => {
  const client = await testHost({ listen: [] })
  await assert.rejects(client.dial({ addresses: ['/ip4/127.0.0.1/tcp/1'] }), { code: 'NO_PEER' })
  await assert.rejects(client.dial({ addresses: [] }), { code: 'NO_PEER' })
  await assert.rejects(client.dial({ addresses: ['/ip4/127.0.0.1/tcp/1'] }, { signal: AbortSignal.abort() }), {
    code: 'ABORTED'
  })
})

test('a protocol nobody answers is REFUSED, and streams over the bound are not served', async () => {
  const { server, connection } = await testPair(TRANSPORTS[0].listen)
  await assert.rejects(connection.open('/holdfast/unknown/1'), { code: 'REFUSED' })
  const served: Channel[] = []
  await server.handle(TEST_PROTOCOL, (channel) => void served.push(channel), { maxInboundStreams: 2 })
  const opened = [await connection.open(TEST_PROTOCOL), await connection.open(TEST_PROTOCOL)]
  await until(() => served.length === 2)
  const third = await connection.open(TEST_PROTOCOL)
  await assert.rejects(third.next(), { code: 'DISCONNECTED' })
  assert.equal(opened.length, served.length)
})

/** Opens a channel that the other side closes at once, and closes it, too. */
async function visit(connection: Connection): Promise<void> {
  const channel = await connection.open(TEST_PROTOCOL)
  assert.equal(await channel.next(), null)
  await channel.close()
  await channel.closed
}

async function flood(channel: Channel): Promise<never> {
  for (;;) await channel.send({ kind: 0, id: 0, header: NOTHING, body: new Uint8Array(512 * 1024) })
}
