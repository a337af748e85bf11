import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OperationEvent } from '@holdfast/core/ports/operation-io'
import { connectControl } from '@holdfast/node/control/client'
import { controlSocket } from '@holdfast/node/control/socket-path'
import { Device } from '@holdfast/node/story/cast/device'
import { Pi } from '@holdfast/node/story/cast/pi'
import { eventOf } from '@holdfast/node/story/process/programs'
import { usageOf } from './process.ts'

/**
 * Two people with a relay between them, as real processes: how long a message takes from being said until the other's `inbox
 * --follow` shows it, over their control sockets. One line of JSON. `node test/dist/bench/message.js [MESSAGES]`, 100 by default.
 */
const SAID = Number(process.argv[2] ?? 100)

const folder = await mkdtemp(join(tmpdir(), 'holdfast-message-'))
try {
  await throughRelay(folder)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function throughRelay(at: string): Promise<void> {
  mkdirSync(at, { recursive: true })
  const passphrase = join(at, 'passphrase')
  writeFileSync(passphrase, 'bench bench bench bench\n', { mode: 0o600 })
  const pi = new Pi(join(at, 'relay'), ['/ip4/127.0.0.1/tcp/0'])
  const anna = new Device(join(at, 'anna'), 'anna', passphrase)
  const carl = new Device(join(at, 'carl'), 'carl', passphrase)
  try {
    await pi.goUp()
    for (const one of [anna, carl]) {
      await one.init()
      await one.goUp()
      await one.run('relay', 'add', await pi.invite())
    }
    await meet(anna, carl)
    await meet(carl, anna)
    await measure(anna.home, carl.home, [anna.pid!, pi.pid!, carl.pid!])
  } finally {
    await Promise.allSettled([anna.goDown(), carl.goDown(), pi.goDown()])
  }
}

async function meet(one: Device, other: Device): Promise<void> {
  const card = String(eventOf(await one.run('contact', '--name', one.name), 'contact')['card'])
  await other.run('contact', 'add', card, '--verified')
}

async function measure(from: string, to: string, pids: readonly number[]): Promise<void> {
  const shown = new Map<string, () => void>()
  const over = new AbortController()
  const following = call(to, 'inbox', { follow: true }, over.signal, (event) => shown.get(String(event['text']))?.())
  const used = (): number[] => pids.map((pid) => usageOf(pid).cpuSeconds)
  const ms: number[] = []
  let before = used()
  for (let at = -1; at < SAID; at++) {
    const text = `message ${at}`
    const seen = new Promise<void>((resolve) => shown.set(text, resolve))
    const startMs = performance.now()
    const said = call(from, 'say', { to: 'carl', text }, over.signal)
    await Promise.all([seen.then(() => ms.push(performance.now() - startMs)), said])
    if (at >= 0) continue
    // The first one begins the conversation.
    ms.pop()
    before = used()
  }
  const cpuMs = used().map((seconds, at) => Math.round(((seconds - before[at]!) * 1000) / SAID))
  over.abort()
  await following.catch(() => undefined)
  ms.sort((a, b) => a - b)
  const part = (share: number): number => Math.round(ms[Math.floor(share * (ms.length - 1))]!)
  const line = {
    medianMs: part(0.5),
    p10Ms: part(0.1),
    p90Ms: part(0.9),
    maxMs: part(1),
    cpuMs,
    target: 'median under 100'
  }
  console.log(JSON.stringify({ measure: 'said until shown, through a relay', messages: SAID, ...line }))
}

async function call(
  home: string,
  op: string,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
  show: (event: OperationEvent) => void = () => undefined
): Promise<void> {
  const client = await connectControl(controlSocket(home))
  if (client === undefined) throw new Error(`nobody answers for ${home}`)
  await client.call(op, args, {
    emit: async (event) => show(event),
    progress: () => undefined,
    write: async () => undefined,
    input: async function* () {},
    ask: async () => false,
    signal
  })
}
