import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { testHost, until } from './testing.ts'

/** What is no WebSocket frame, as the first bytes after the upgrade. */
const FRAMES = {
  'not masked': '820568656c6c6f',
  'longer than anything': '82ffffffffffffffffff',
  'reserved bits': 'f28500000000' + '68656c6c6f',
  'no such opcode': '838000000000',
  'a ping in pieces': '098000000000',
  'a continuation of nothing': '808000000000',
  'a close code nobody may send': '888200000000' + '03ee',
  'text that is not UTF-8': '818100000000' + 'ff',
  'a length of two bytes where one would do': '82fe0001'
}

const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: x',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '',
  ''
].join('\r\n')
const WS = '/ip4/127.0.0.1/tcp/0/ws'

test('malformed frames end their own connection, with the upgrade and after it; good peers still connect', async () => {
  const server = await testHost({ listen: [WS] })
  const port = Number(/tcp\/(\d+)/.exec(server.addresses()[0]!)![1])
  for (const [name, frame] of Object.entries(FRAMES)) {
    for (const atOnce of [true, false]) {
      const socket = connect(port, '127.0.0.1')
      const said: Buffer[] = []
      socket.on('data', (bytes) => said.push(bytes)).on('error', () => undefined)
      socket.write(atOnce ? Buffer.concat([Buffer.from(UPGRADE), Buffer.from(frame, 'hex')]) : UPGRADE)
      await until(() => Buffer.concat(said).includes('\r\n\r\n'))
      assert.match(Buffer.concat(said).toString('latin1'), /^HTTP\/1.1 101/, name)
      if (!atOnce) socket.write(Buffer.from(frame, 'hex'))
      socket.end()
      await once(socket, 'close')
    }
  }
  await assertServes(server)
})

test('what is no upgrade, and sockets that end in the middle of one, do no harm', async () => {
  const server = await testHost({ listen: [WS] })
  const port = Number(/tcp\/(\d+)/.exec(server.addresses()[0]!)![1])
  const openings = [
    '',
    '\0',
    'GET',
    'GARBAGE\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    UPGRADE.replace('13', '99'),
    UPGRADE.replace('dGhl', ''),
    UPGRADE.slice(0, -2),
    UPGRADE
  ]
  for (const opening of openings) {
    for (const reset of [true, false]) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      await once(socket, 'connect')
      socket.resume().write(opening)
      if (reset) socket.resetAndDestroy()
      else socket.end()
      if (!socket.closed) await once(socket, 'close')
    }
  }
  await assertServes(server)
})

test('a server of malformed frames does no harm to whoever dials it', async () => {
  const client = await testHost({ listen: [] })
  const key = (await testHost({ listen: [] })).peerKey
  for (const frame of Object.values(FRAMES)) {
    const server = await rawServer((socket) =>
      socket.once('data', (request) => socket.end(Buffer.concat([accept(request), Buffer.from(frame, 'hex')])))
    )
    await assert.rejects(client.dial({ peerKey: key, addresses: [wsAddress(server)] }))
  }
  const server = await testHost({ listen: [WS] })
  assert.equal((await client.dial({ peerKey: server.peerKey, addresses: server.addresses() })).peerKey, server.peerKey)
})

test('a dial that is given up before the upgrade does no harm', async () => {
  const client = await testHost({ listen: [] })
  const key = (await testHost({ listen: [] })).peerKey
  const giveUp = new AbortController()
  const server = await rawServer((socket) => socket.on('data', () => giveUp.abort()))
  await assert.rejects(client.dial({ peerKey: key, addresses: [wsAddress(server)] }, { signal: giveUp.signal }))
  await assertServes(await testHost({ listen: [WS] }))
})

async function assertServes(server: Awaited<ReturnType<typeof testHost>>): Promise<void> {
  const client = await testHost({ listen: [] })
  const connection = await client.dial({ peerKey: server.peerKey, addresses: server.addresses() })
  assert.equal(connection.peerKey, server.peerKey)
}

async function rawServer(serve: (socket: Socket) => void): Promise<Server> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket.on('error', () => undefined))
    serve(socket)
  })
  after(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function wsAddress(server: Server): string {
  return `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}/ws`
}

function accept(request: Buffer): Buffer {
  const key = /sec-websocket-key: (.*)\r\n/i.exec(request.toString('latin1'))![1]!
  const proof = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  return Buffer.from(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\n\r\n`
  )
}
