import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { Channel } from '@holdfast/core/net/channel'
import { CIRCUIT_CHANNEL, Circuits, readCircuit, sayCircuit } from '@holdfast/core/net/circuits'
import type { Connection } from '@holdfast/core/net/connection'
import type { Host } from '@holdfast/core/net/host'
import { CIRCUIT_PROTOCOL } from '@holdfast/core/net/protocols'
import { message, NOTHING, TEST_LIMITS, TEST_PROTOCOL, testHost, until, untilStuck } from '@holdfast/node/net/testing'
import { systemClock } from '../home/platform.ts'
import { CircuitDesk } from './circuit-desk.ts'

/** A device behind a router: it listens nowhere, and is connected to the relay. */
interface Device {
  readonly host: Host
  readonly key: DeviceId
  readonly circuits: Circuits
  readonly relay: Connection
}

interface Scene {
  readonly desk: CircuitDesk
  readonly relay: Host
  /** Vaults as lists of devices. */
  readonly vaults: Set<DeviceId>[]
  device(vault?: Set<DeviceId>): Promise<Device>
}

async function scene(): Promise<Scene> {
  const relay = await testHost({ limits: { inboundPerSecond: 1000 } })
  const vaults: Set<DeviceId>[] = []
  const mayMeet = (device: DeviceId) => (other: DeviceId) =>
    vaults.some((vault) => vault.has(device) && vault.has(other))
  const desk = await CircuitDesk.listen({ host: relay, clock: systemClock, mayMeet })
  const device = async (vault?: Set<DeviceId>): Promise<Device> => {
    const host = await testHost({ listen: [] })
    vault?.add(host.peerKey)
    const circuits = await Circuits.listen(host, { accepts: (by) => by === relay.peerKey })
    const toRelay = await host.dial({ peerKey: relay.peerKey, addresses: relay.addresses() })
    await until(() => relay.connections().some(({ peerKey }) => peerKey === host.peerKey))
    return { host, key: host.peerKey, circuits, relay: toRelay }
  }
  return { desk, relay, vaults, device }
}

async function household(count = 2): Promise<Scene & { vault: Set<DeviceId>; devices: Device[] }> {
  const made = await scene()
  const vault = new Set<DeviceId>()
  made.vaults.push(vault)
  const devices: Device[] = []
  for (let i = 0; i < count; i++) devices.push(await made.device(vault))
  return { ...made, vault, devices }
}

test('two devices that cannot dial each other speak through the relay, and know each other by their keys', async () => {
  const { devices, desk, relay } = await household()
  const [a, b] = devices as [Device, Device]
  assert.deepEqual(await a.circuits.whoIsHere(a.relay), [b.key])
  const arrived = new Promise<Channel>((resolve) => {
    void b.host.handle(TEST_PROTOCOL, resolve, { maxInboundStreams: 1, ...TEST_LIMITS })
  })
  const connection = await a.circuits.dial(a.relay, b.key)
  assert.equal(connection.peerKey, b.key)
  assert.equal(connection.through, relay.peerKey)
  await until(() => b.host.connections().some(({ peerKey, through }) => peerKey === a.key && through === relay.peerKey))
  assert.equal(desk.count, 1)
  const near = await connection.open(TEST_PROTOCOL, TEST_LIMITS)
  const far = await (void near.send(message(randomBytes(1))), arrived)
  await far.next()
  const bodies = Array.from({ length: 12 }, () => new Uint8Array(randomBytes(700_000)))
  void (async () => {
    for (const body of bodies) await near.send(message(body))
    await near.close()
  })()
  for (const body of bodies) assert.ok(Buffer.from(body).equals((await far.next())!.body))
  assert.equal(await far.next(), null)
  await connection.close()
  await until(() => desk.count === 0)
  await until(() => !b.host.connections().some(({ peerKey }) => peerKey === a.key))
})

test('A14, A23: strangers, members of other vaults and removed members are led to nobody, and hear of nobody', async () => {
  const { vaults, device, devices, vault, desk } = await household()
  const [a, b] = devices as [Device, Device]
  const other = new Set<DeviceId>()
  vaults.push(other)
  const [stranger, elsewhere, removed] = [await device(), await device(other), await device(vault)]
  const line = await removed.circuits.dial(removed.relay, b.key)
  await until(() => desk.count === 1)
  const ended = new Promise<void>((resolve) => removed.host.onDisconnect((one) => one === line && resolve()))
  vault.delete(removed.key)
  desk.review()
  await ended
  const absent = (await testHost({ listen: [] })).peerKey
  for (const one of [stranger, elsewhere, removed]) {
    assert.deepEqual(await one.circuits.whoIsHere(one.relay), [])
    for (const target of [a.key, absent])
      await assert.rejects(one.circuits.dial(one.relay, target), { code: 'REFUSED' })
    await assert.rejects(a.circuits.dial(a.relay, one.key), { code: 'REFUSED' })
  }
  assert.equal(desk.count, 0)
})

test('A23: what is sent into a circuit whose other end does not read waits with the sender, not in the relay', async () => {
  const { devices, relay, desk, vault } = await household(1)
  const [a] = devices as [Device]
  const unread: Channel[] = []
  const mute = await calledByHand({ relay, vault }, async (channel) => {
    unread.push(channel)
    await sayCircuit(channel, { kind: 'open' })
  })
  const channel = await callByHand(a, mute.peerKey)
  let sent = 0
  const flood = async (): Promise<never> => {
    for (;;) {
      await channel.send(message(new Uint8Array(LIMITS.circuitBodyBytes)))
      sent += LIMITS.circuitBodyBytes
    }
  }
  const over = assert.rejects(flood(), { code: 'DISCONNECTED' })
  await untilStuck(() => sent)
  // Two windows, two queues, and what lies between.
  assert.ok(sent > 0 && sent < 8 * 1024 * 1024, `${sent} bytes were taken`)
  unread[0]!.abort()
  await over
  await until(() => desk.count === 0)
})

test('A23: a call whose caller is gone when it is answered leaves nothing open', async () => {
  const { devices, relay, vault } = await household(1)
  const [a] = devices as [Device]
  let isOver = false
  const call = await a.relay.open(CIRCUIT_PROTOCOL, CIRCUIT_CHANNEL)
  const mute = await calledByHand({ relay, vault }, async (channel) => {
    call.abort()
    await a.circuits.whoIsHere(a.relay) // answered behind what ended the call
    await sayCircuit(channel, { kind: 'open' })
    void channel.closed.then(() => (isOver = true))
  })
  await sayCircuit(call, { kind: 'connect', device: mute.peerKey })
  await until(() => isOver)
})

test('A13: a relay that leads to somebody else than it says gets no connection made on either side', async () => {
  const { devices, relay, vault } = await household()
  const [a, b] = devices as [Device, Device]
  const made: Connection[] = []
  for (const { host } of [a, b]) host.onConnection((connection) => made.push(connection))
  // In the middle, with a key of its own: it answers as itself to whoever is led to it.
  const middle = await calledByHand({ relay, vault }, async (channel) => {
    await sayCircuit(channel, { kind: 'open' })
    await middle.answerOver({ channel, relay: relay.peerKey, peer: a.key }).catch(() => undefined)
  })
  const lied = await callByHand(a, middle.peerKey)
  await assert.rejects(a.host.dialOver({ channel: lied, relay: relay.peerKey, peer: b.key }), { code: 'PEER_MISMATCH' })
  // And to the one called it names a member who is not the one that calls.
  const toB = relay.connections().find(({ peerKey }) => peerKey === b.key)!
  const line = await toB.open(CIRCUIT_PROTOCOL, CIRCUIT_CHANNEL)
  await sayCircuit(line, { kind: 'incoming', device: a.key })
  assert.equal((await readCircuit(line))?.kind, 'open')
  // The one that calls has said all it has to say before the other finds that its key is not the one announced.
  await relay.dialOver({ channel: line, relay: relay.peerKey, peer: b.key }).catch(() => undefined)
  await line.closed
  assert.deepEqual(made, [])
})

test('A23: a flood of calls finds no more room than one device may take, and others are still led', async () => {
  const { devices, relay, vault } = await household(3)
  const [flooder, b, c] = devices as [Device, Device, Device]
  const mute = await calledByHand({ relay, vault }, (channel) => sayCircuit(channel, { kind: 'open' }))
  for (let i = 0; i < LIMITS.circuitsPerDevice; i++) await callByHand(flooder, mute.peerKey)
  await assert.rejects(callByHand(flooder, mute.peerKey), ({ code, waitMs }) => code === 'RATE_LIMITED' && waitMs > 0)
  assert.equal((await b.circuits.dial(b.relay, c.key)).peerKey, c.key)
  await assert.rejects(
    (async () => {
      for (;;) await flooder.circuits.whoIsHere(flooder.relay)
    })(),
    { code: 'RATE_LIMITED' }
  )
  assert.ok((await b.circuits.whoIsHere(b.relay)).includes(c.key))
})

test('A23: one member is met through a relay once, however often it calls', async () => {
  const { devices } = await household()
  const [a, b] = devices as [Device, Device]
  const call = (): Promise<Connection> => a.circuits.dial(a.relay, b.key)
  const calls = await Promise.allSettled([call(), call(), call()])
  const [met, ...others] = calls.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  assert.deepEqual(others, [])
  await until(() => b.host.connections().some(({ peerKey }) => peerKey === a.key))
  await assert.rejects(call(), { code: 'REFUSED' })
  await met!.close()
  await until(() => !b.host.connections().some(({ peerKey }) => peerKey === a.key))
  assert.equal((await call()).peerKey, b.key)
})

test('garbage on the circuit protocol ends its own stream only, at the relay and at a device', async () => {
  const { devices, relay } = await household()
  const [a, b] = devices as [Device, Device]
  const toB = relay.connections().find(({ peerKey }) => peerKey === b.key)!
  for (const connection of [a.relay, toB]) {
    const channel = await connection.open(CIRCUIT_PROTOCOL, CIRCUIT_CHANNEL)
    await channel.send({ kind: 0, id: 0, header: randomBytes(40), body: NOTHING })
    await assert.rejects(readCircuit(channel))
    channel.abort()
  }
  assert.deepEqual(await a.circuits.whoIsHere(a.relay), [b.key])
})

test('a device is dialled directly although a connection through the relay is there', async () => {
  const { devices, relay, vault } = await household(1)
  const [a] = devices as [Device]
  const b = await testHost()
  vault.add(b.peerKey)
  await Circuits.listen(b, { accepts: () => true })
  await b.dial({ peerKey: relay.peerKey, addresses: relay.addresses() })
  await until(() => relay.connections().some(({ peerKey }) => peerKey === b.peerKey))
  const through = await a.circuits.dial(a.relay, b.peerKey)
  const direct = await a.host.dial({ peerKey: b.peerKey, addresses: b.addresses() })
  assert.equal(direct.through, undefined)
  assert.equal(through.through, relay.peerKey)
  assert.equal(await a.host.dial({ peerKey: b.peerKey, addresses: b.addresses() }), direct)
})

/** A device that takes calls by hand, connected to the relay and in the vault. */
async function calledByHand(
  { relay, vault }: { relay: Host; vault: Set<DeviceId> },
  answer: (channel: Channel) => Promise<void>
): Promise<Host> {
  const host = await testHost({ listen: [] })
  vault.add(host.peerKey)
  const onCall = async (channel: Channel): Promise<void> => {
    if ((await readCircuit(channel))?.kind === 'incoming') await answer(channel)
  }
  await host.handle(CIRCUIT_PROTOCOL, (channel) => void onCall(channel).catch(() => undefined), {
    maxInboundStreams: 2 * LIMITS.circuitsPerDevice,
    ...CIRCUIT_CHANNEL
  })
  await host.dial({ peerKey: relay.peerKey, addresses: relay.addresses() })
  await until(() => relay.connections().some(({ peerKey }) => peerKey === host.peerKey))
  return host
}

/** The channel of an open circuit, without a connection over it. */
async function callByHand({ relay }: Device, device: DeviceId): Promise<Channel> {
  const channel = await relay.open(CIRCUIT_PROTOCOL, CIRCUIT_CHANNEL)
  await sayCircuit(channel, { kind: 'connect', device })
  assert.equal((await readCircuit(channel))?.kind, 'open')
  return channel
}
