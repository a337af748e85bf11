import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sourceOfBytes } from '@holdfast/core/vault/content-source'
import { conversationPath } from '@holdfast/core/vault/conversation-place'
import { CONVERSATIONS, fixedFolder } from '@holdfast/core/vault/fixed-folders'
import { messageName } from '@holdfast/core/vault/conversation-names'
import { encodeMessage } from '@holdfast/core/vault/conversation-text'
import type { OperationIo } from '@holdfast/core/ports/operation-io'
import { Engine } from '@holdfast/core/engine/engine'
import { foundMounted } from '@holdfast/core/engine/sharing/sharing'
import { openHome } from '@holdfast/node/home/open'
import { initHome } from '@holdfast/node/home/open'
import { OPERATIONS } from '@holdfast/node/operations/table'

/**
 * A conversation of many messages, each an entry of its own, in a home by itself: how long its end takes to show.
 * One line of JSON a measure. `node test/dist/bench/talk.js [MESSAGES]`, 20,000 by default.
 */
const MESSAGES = Number(process.argv[2] ?? 20_000)

const silent: OperationIo = {
  emit: async () => undefined,
  progress: () => undefined,
  write: async () => undefined,
  input: async function* () {},
  ask: async () => false,
  signal: new AbortController().signal
}

const folder = await mkdtemp(join(tmpdir(), 'holdfast-talk-'))
try {
  await openingLong(join(folder, 'long'))
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function openingLong(at: string): Promise<void> {
  await fill(at)
  const home = await timed('open a home with it', () => openHome(at, {}))
  const engine = await timed('start', () => Engine.start(home))
  const show = (): Promise<void> =>
    OPERATIONS.get('conversations show')!.run(engine, { conversation: 'long', last: '20' }, silent)
  await timed('open the conversation and show its last 20', show)
  await timed('show its last 20 once it is open', show)
  await engine.stop()
  await home.close()
}

async function fill(at: string): Promise<void> {
  const { home } = await initHome(at, { passphrase: 'bench', name: 'laptop', storeCredentials: true })
  const engine = await Engine.start(home)
  const { personal } = engine
  await personal.edit(() => fixedFolder(personal.index.tree, CONVERSATIONS))
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

async function* only<T>(item: T): AsyncGenerator<T> {
  yield item
}

function print(line: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(line))
}
