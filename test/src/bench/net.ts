import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { LIMITS } from '@holdfast/core/base/limits'
import { releaseBody } from '@holdfast/core/net/body-pool'
import { createHost } from '@holdfast/node/net/host'
import { BLOB_PROTOCOL } from '@holdfast/core/net/protocols'
import { createRpcClient, serveRpc } from '@holdfast/core/net/rpc'

/**
 * Bytes a second and CPU seconds of blob transfer between two processes on loopback: 1 MiB bodies, 3 MiB outstanding.
 *
 *     node test/dist/bench/net.js [MIB]      512 by default
 *
 * One JSON object a line: put and get over TCP and WebSocket. Quote ratios, not absolutes.
 */
const MiB = 1024 * 1024
const TRANSPORTS = { tcp: '/ip4/127.0.0.1/tcp/0', websocket: '/ip4/127.0.0.1/tcp/0/ws' }
const HEADER = new Uint8Array(80)

interface Usage {
  readonly cpuSeconds: number
  readonly peakMiB: number
}

if (process.argv[2] === '--server') await serve(process.argv[3] ?? '')
else
  for (const [transport, listen] of Object.entries(TRANSPORTS))
    await measure(transport, listen, Number(process.argv[2] ?? 512))

async function measure(transport: string, listen: string, mebibytes: number): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['--server', listen])
  const heard = (): Promise<unknown> => new Promise((resolve) => child.once('message', resolve))
  const addresses = (await heard()) as string[]
  const host = await createHost({ key: crypto.getRandomValues(new Uint8Array(32)), listen: [] })
  const channel = await (await host.dial({ addresses })).open(BLOB_PROTOCOL)
  const client = createRpcClient(channel)
  const body = crypto.getRandomValues(new Uint8Array(65_536))
  const blob = new Uint8Array(MiB).map((_, i) => body[i % body.length]!)
  const requests = {
    put: () => client.request(HEADER, blob),
    get: () => client.request(HEADER, undefined, { expectBytes: MiB })
  }
  for (const [work, request] of Object.entries(requests)) {
    const before = usage()
    const serverBefore = heard()
    child.send('usage')
    const server = (await serverBefore) as Usage
    const startMs = performance.now()
    await Promise.all(Array.from({ length: mebibytes }, async () => releaseBody((await request()).body)))
    const seconds = (performance.now() - startMs) / 1000
    const serverAfter = heard()
    child.send('usage')
    const after = (await serverAfter) as Usage
    const line = {
      bench: 'net',
      transport,
      work,
      mebibytes,
      megabytesPerSecond: Math.round((mebibytes * MiB) / 1e6 / seconds),
      clientCpuSecondsPerGiB: round(((usage().cpuSeconds - before.cpuSeconds) * 1024) / mebibytes),
      serverCpuSecondsPerGiB: round(((after.cpuSeconds - server.cpuSeconds) * 1024) / mebibytes),
      clientPeakMiB: usage().peakMiB,
      serverPeakMiB: after.peakMiB
    }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  }
  await host.stop()
  child.disconnect()
}

async function serve(listen: string): Promise<void> {
  const host = await createHost({ key: crypto.getRandomValues(new Uint8Array(32)), listen: [listen] })
  const blob = new Uint8Array(MiB)
  const handler = async (header: Uint8Array, body: Uint8Array) =>
    body.length > 0 ? { header } : { header, body: blob }
  await host.handle(BLOB_PROTOCOL, (channel) => void serveRpc(channel, handler, { reuseBodies: true }), {
    maxInboundStreams: LIMITS.concurrentRequests
  })
  process.on('message', () => process.send?.(usage()))
  process.on('disconnect', () => void host.stop())
  process.send?.(host.addresses())
}

function usage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMiB: Math.round(maxRSS / 1024) }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
