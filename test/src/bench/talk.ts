import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectControl } from '@holdfast/node/control/client'
import type { ControlEvent, ControlIo } from '@holdfast/node/control/io'
import { controlSocket } from '@holdfast/node/control/socket-path'
import { sourceOfBytes } from '@holdfast/core/vault/content-source'
import { conversationPath, conversationsFolder } from '@holdfast/core/vault/conversation-place'
import { messageName } from '@holdfast/core/vault/conversation-names'
import { encodeMessage } from '@holdfast/core/vault/conversation-text'
import { Engine } from '@holdfast/node/engine/engine'
import { foundMounted } from '@holdfast/node/engine/sharing'
import { openHome } from '@holdfast/node/home/home'
import { initHome } from '@holdfast/node/home/init'
import { OPERATIONS } from '@holdfast/node/operations/table'
import { Device } from '@holdfast/node/story/cast/device'
import { Pi } from '@holdfast/node/story/cast/pi'
import { eventOf } from '@holdfast/node/story/process/programs'
import { usageOf } from './process.ts'

/**
 * Two people with a relay between them, as real processes: how long a message takes from being said until the other's `inbox
 * --follow` shows it. Then a conversation of many messages, each an entry of its own: how long its end takes to show.
 * One line of JSON a measure. `node test/dist/bench/talk.js [MESSAGES]`, 20,000 by default.
 */
const MESSAGES = Number(process.argv[2] ?? 20_000)
const SAID = 100

const folder = await mkdtemp(join(tmpdir(), 'holdfast-talk-'))
try {
  await throughRelay(folder)
  await openingLong(join(folder, 'long'))
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function throughRelay(at: string): Promise<void> {
  const passphrase = join(at, 'passphrase')
  writeFileSync(passphrase, 'bench bench bench bench\n', { mode: 0o600 })
  const pi = new Pi(join(at, 'relay'), ['/ip4/127.0.0.1/tcp/0'])
  const people = ['anna', 'carl'].map((name) => new Device(join(at, name), name, passphrase))
  const [anna, carl] = people as [Device, Device]
  try {
    await pi.goUp()
    for (const one of people) {
      await one.init()
      await one.goUp()
      await one.run('relay', 'add', await pi.invite())
    }
    for (const [one, other] of [people, people.toReversed()] as [Device, Device][]) {
      const card = String(eventOf(await one.run('contact', '--name', one.name), 'contact')['card'])
      await other.run('contact', 'add', card, '--verified')
    }
    await measureMessages(anna.home, carl.home, [anna.pid!, pi.pid!, carl.pid!])
  } finally {
    await Promise.allSettled([...people.map((one) => one.goDown()), pi.goDown()])
  }
}

async function measureMessages(from: string, to: string, pids: readonly number[]): Promise<void> {
  const shown = new Map<string, () => void>()
  const over = new AbortController()
  const following = call(to, 'inbox', { follow: true }, over.signal, (event) => shown.get(String(event['text']))?.())
  const ms: number[] = []
  const used = (): number[] => pids.map((pid) => usageOf(pid).cpuSeconds)
  let before = used()
  for (let i = -1; i < SAID; i++) {
    const text = `message ${i}`
    const seen = new Promise<void>((resolve) => shown.set(text, resolve))
    const startMs = performance.now()
    const said = call(from, 'say', { to: 'carl', text }, over.signal)
    await seen
    if (i >= 0) ms.push(performance.now() - startMs) // the first one begins the conversation
    await said
    if (i < 0) before = used()
  }
  const cpuMs = used().map((seconds, i) => Math.round(((seconds - before[i]!) * 1000) / SAID))
  over.abort()
  await following.catch(() => undefined)
  ms.sort((a, b) => a - b)
  const at = (part: number): number => Math.round(ms[Math.floor(part * (ms.length - 1))]!)
  print({
    measure: 'said until shown, through a relay',
    messages: SAID,
    medianMs: at(0.5),
    p90Ms: at(0.9),
    maxMs: at(1),
    cpuMs
  })
}

async function openingLong(at: string): Promise<void> {
  await fill(at)
  const home = await timed('open a home with it', () => openHome(at, {}))
  const engine = await timed('start', () => Engine.start(home))
  const show = (): Promise<void> =>
    OPERATIONS.get('conversations show')!.run(
      engine,
      { conversation: 'long', last: '20' },
      io(() => undefined, new AbortController().signal)
    )
  await timed('open the conversation and show its last 20', show)
  await timed('show its last 20 once it is open', show)
  await engine.stop()
  await home.close()
}

async function fill(at: string): Promise<void> {
  const { home } = await initHome(at, { passphrase: 'bench', name: 'laptop', storeCredentials: true })
  const engine = await Engine.start(home)
  const { personal } = engine
  await personal.edit(() => conversationsFolder(personal.index.tree))
  const path = conversationPath(personal.index.tree, 'long')
  const vault = await foundMounted(engine, { kind: 'conversation', documents: 1, at: path })
  for (let i = 0; i < MESSAGES; i++) {
    const mtimeMs = Date.UTC(2026, 0, 1) + i * 60_000
    const name = messageName(mtimeMs, 'anna', { newest: undefined, isTaken: () => false })
    const bytes = encodeMessage({ text: `message ${i}, of the length that people write`, attachments: [] })
    const content = sourceOfBytes(bytes)
    const item = { kind: 'file' as const, path: [name], executable: false, mtimeMs, sizeBytes: bytes.length, content }
    await vault.addTree(only(item), [], { asNew: true })
  }
  await engine.stop()
  await home.close()
}

async function timed<T>(measure: string, work: () => Promise<T>): Promise<T> {
  const startMs = performance.now()
  const cpu = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(cpu)
  const ms = Math.round(performance.now() - startMs)
  print({ measure, messages: MESSAGES, ms, cpuMs: Math.round((user + system) / 1000) })
  return result
}

async function call(
  home: string,
  op: string,
  args: unknown,
  signal: AbortSignal,
  emit: (event: ControlEvent) => void = () => undefined
): Promise<void> {
  const client = await connectControl(controlSocket(home))
  if (client === undefined) throw new Error(`nobody answers for ${home}`)
  await client.call(op, args, io(emit, signal))
}

function io(emit: (event: ControlEvent) => void, signal: AbortSignal): ControlIo {
  return {
    emit: async (event) => emit(event),
    progress: () => undefined,
    write: async () => undefined,
    input: async function* () {},
    ask: async () => false,
    signal
  }
}

async function* only<T>(item: T): AsyncGenerator<T> {
  yield item
}

function print(line: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(line))
}
