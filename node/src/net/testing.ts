import { randomBytes } from 'node:crypto'
import { after } from 'node:test'
import { createHost } from './host.ts'
import type { Channel, ChannelOptions } from '@holdfast/core/net/channel'
import type { Connection } from '@holdfast/core/net/connection'
import type { Host, HostOptions } from '@holdfast/core/net/host'
import type { Frame } from '@holdfast/core/net/frame'

/** What the tests of this folder share; it holds no test of its own. */
export const TRANSPORTS = [
  { name: 'TCP', listen: '/ip4/127.0.0.1/tcp/0' },
  { name: 'WebSocket', listen: '/ip4/127.0.0.1/tcp/0/ws' }
] as const

export const TEST_PROTOCOL = '/holdfast/test/1'
export const TEST_LIMITS = { maxHeaderBytes: 1024, maxBodyBytes: 1024 * 1024 }
export const NOTHING = new Uint8Array(0)

/** Stopped when the file's tests are done. */
export async function testHost(options: Partial<HostOptions> = {}): Promise<Host> {
  const host = await createHost({ key: randomBytes(32), listen: [TRANSPORTS[0].listen], ...options })
  after(() => host.stop())
  return host
}

export interface Pair {
  readonly server: Host
  readonly client: Host
  readonly connection: Connection
}

export async function testPair(listen: string): Promise<Pair> {
  const server = await testHost({ listen: [listen] })
  const client = await testHost({ listen: [] })
  const connection = await client.dial({ peerKey: server.peerKey, addresses: server.addresses() })
  return { server, client, connection }
}

export interface ChannelPair extends Pair {
  /** The dialling side. */
  readonly near: Channel
  /** The side that was dialled. */
  readonly far: Channel
}

export interface ChannelPairOptions {
  readonly near?: Partial<ChannelOptions>
  readonly far?: Partial<ChannelOptions>
}

export async function testChannels(listen: string, options: ChannelPairOptions = {}): Promise<ChannelPair> {
  const pair = await testPair(listen)
  const far = new Promise<Channel>((resolve, reject) => {
    const handling = { maxInboundStreams: 1, ...TEST_LIMITS, ...options.far }
    pair.server.handle(TEST_PROTOCOL, resolve, handling).catch(reject)
  })
  const near = await pair.connection.open(TEST_PROTOCOL, { ...TEST_LIMITS, ...options.near })
  return { ...pair, near, far: await far }
}

export function message(body: Uint8Array, header: Uint8Array = NOTHING): Frame {
  return { kind: 0, id: 0, header, body }
}

/** Waits for a condition, one turn of the event loop at a time. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}

/** Waits until `value` has stayed the same for many turns in a row: what feeds it is stuck. */
export async function untilStuck(value: () => number): Promise<void> {
  let last = value()
  for (let same = 0; same < 200; ) {
    await turn()
    same = value() === last ? same + 1 : 0
    last = value()
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
