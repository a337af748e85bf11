// The worker of bare.ts.
import type { Host } from '@holdfast/core/net/host'
import { createHost } from '@holdfast/pwa/net/host'
import { installPeerConnection } from '@holdfast/pwa/net/worker-rtc'
import { BARE_LIMITS, BARE_PROTOCOL } from './bare-messages.ts'
import type { BareAnswer, BareQuestion } from './bare-messages.ts'

const NOTHING = new Uint8Array(0)
const MiB = 1024 * 1024
let host: Promise<Host> | undefined

onmessage = ({ data }: MessageEvent<MessagePort | BareQuestion>) => {
  if (data instanceof MessagePort) {
    installPeerConnection(data)
    host = createHost({ key: crypto.getRandomValues(new Uint8Array(32)), listen: [] })
    return
  }
  const answer = (message: BareAnswer): void => postMessage(message)
  transfer(data).then(
    (seconds) => answer({ seconds }),
    (error: unknown) => answer({ error: String(error) })
  )
}

async function transfer({ address, direction, mebibytes }: BareQuestion): Promise<number> {
  const connection = await (await host!).dial({ addresses: [address] })
  const channel = await connection.open(BARE_PROTOCOL, BARE_LIMITS)
  const startMs = performance.now()
  const count = direction === 'down' ? mebibytes : 0
  await channel.send({ kind: 0, id: 0, header: Uint8Array.of(count >> 8, count & 0xff), body: NOTHING })
  if (direction === 'up') {
    const body = new Uint8Array(MiB)
    for (let i = 0; i < mebibytes; i++) await channel.send({ kind: 0, id: 0, header: NOTHING, body })
  }
  await channel.close()
  // The other side ends its half when it has everything.
  let bytes = 0
  for (let frame = await channel.next(); frame !== null; frame = await channel.next()) bytes += frame.body.length
  if (bytes !== count * MiB) throw new Error(`${bytes} bytes came`)
  await connection.close()
  return (performance.now() - startMs) / 1000
}
