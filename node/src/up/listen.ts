import { createServer } from 'node:net'
import type { Home } from '@holdfast/core/home/home'

/**
 * Ports that happen to be free, at every address: whoever comes there has to prove a device's key, or a pairing's secret. TCP for
 * computers; browsers come by WebSocket, or by WebRTC when the app they show came by HTTPS.
 */
const ANYWHERE = ['/ip4/0.0.0.0/tcp/0', '/ip4/0.0.0.0/tcp/0/ws', '/ip4/0.0.0.0/udp/0/webrtc-direct']

/** For devices on the same network, which are computers. */
const ANY_TCP = '/ip4/0.0.0.0/tcp/0'
const FOR_NEAR = [ANY_TCP]

/**
 * Where to listen: as told, as the home is set to, and otherwise only while there is no relay to meet others at, or for devices
 * that are to find this one nearby.
 */
export function listenAt(home: Home, told: readonly string[], discover = false): readonly string[] {
  if (told.length > 0) return told
  if (home.settings.listen !== undefined) return home.settings.listen
  const relays = home.replica.vault(home.state.personalVault)?.log.membership().relays ?? []
  if (relays.length === 0) return ANYWHERE
  return discover ? FOR_NEAR : []
}

/** The port of the last time in place of any, if it is free: where this device was met before it is met again. */
export async function atLastPort({ kv }: Pick<Home, 'kv'>, listen: readonly string[]): Promise<readonly string[]> {
  const bytes = await kv.get(PORT_ROW).catch(() => undefined)
  const port = bytes === undefined ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint16(0)
  if (port < 1024 || !(await isFree(port))) return listen
  return listen.map((address) => (address === ANY_TCP ? address.replace(/0$/, String(port)) : address))
}

/** Remembers it. */
export async function keepPort({ kv }: Pick<Home, 'kv'>, addresses: readonly string[]): Promise<void> {
  const port = addresses
    .map((address) => /\/tcp\/(\d+)\/p2p\/[^/]+$/.exec(address)?.[1])
    .find((one) => one !== undefined)
  if (port === undefined) return
  const value = new Uint8Array(2)
  new DataView(value.buffer).setUint16(0, Number(port))
  await kv.write([{ put: PORT_ROW, value }])
}

const PORT_ROW = 'listen/port'

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)))
  })
}
