import { randomBytes } from 'node:crypto'
import type { Channel } from '@holdfast/core/net/channel'
import { createHost } from '@holdfast/node/net/host'
import { BARE_LIMITS, BARE_PROTOCOL } from '../in-page/bare-messages.ts'
import { openPage } from '../in-page/serve.ts'
import { round } from './scene.ts'
import type { BrowserScene } from './scene.ts'

const MiB = 1024 * 1024
const TRANSPORTS = { websocket: '/ip4/127.0.0.1/tcp/0/ws', webrtc: '/ip4/127.0.0.1/udp/0/webrtc-direct' }

/** Megabytes a second of one bare stream over WebSocket, which the vault's are compared with. */
export interface Bare {
  readonly up: number
  readonly down: number
}

export async function measureBare(scene: BrowserScene, mebibytes: number): Promise<Bare> {
  const served = await openPage('bare')
  const context = await scene.browser.newContext()
  const page = await context.newPage()
  await page.goto(served.address)
  await page.waitForFunction('globalThis.transfer !== undefined')
  const speeds = new Map<string, Bare>()
  for (const [transport, listen] of Object.entries(TRANSPORTS)) {
    const host = await createHost({ key: randomBytes(32), listen: [listen] })
    await host.handle(BARE_PROTOCOL, (channel) => void serve(channel), { maxInboundStreams: 4, ...BARE_LIMITS })
    const speed = async (direction: 'up' | 'down'): Promise<number> => {
      const question = JSON.stringify({ address: host.addresses()[0], direction, mebibytes })
      const seconds = await page.evaluate<number>(`transfer(${question})`)
      return round((mebibytes * MiB) / 1e6 / seconds)
    }
    await speed('up') // The first one pays for what the browser compiles.
    speeds.set(transport, { up: await speed('up'), down: await speed('down') })
    scene.report(`bare libp2p stream over ${transport}, MB/s`, { mebibytes, ...speeds.get(transport) })
    await host.stop()
  }
  await context.close()
  served.close()
  return speeds.get('websocket')!
}

/** Takes what comes, then sends as many mebibytes as the first frame asked for. */
async function serve(channel: Channel): Promise<void> {
  const first = await channel.next()
  const [high = 0, low = 0] = first?.header ?? []
  while ((await channel.next()) !== null);
  const body = new Uint8Array(MiB)
  for (let i = 0; i < (high << 8) + low; i++) await channel.send({ kind: 0, id: 0, header: new Uint8Array(0), body })
  await channel.close()
}
