import { printable } from '@holdfast/core/base/printable'
import { bytesText } from '@holdfast/core/base/amounts'
import { ask } from './cast/ask.ts'
import { textOf } from './notes.ts'
import type { Device } from './cast/device.ts'
import type { Teller } from './teller.ts'

const EVERY_MS = 700
/** On a large vault a look takes long: it may cost this part of the time at most. */
const SHARE = 10
const MOST_SHOWN = 10
const CONVERSATIONS = '/conversations/'
const TEXT_SHOWN = 200

type Seen = ReadonlyMap<string, { readonly version: string; readonly text: string }>

/** Says what appears, changes and goes on a device, as the device itself sees it. Returns how to stop. */
export function watchDevice(device: Device, teller: Teller): () => void {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let entries: unknown
  let before: Seen | undefined
  const look = async (): Promise<void> => {
    const startMs = performance.now()
    const status = (await ask(device.home, 'status'))?.find(({ type }) => type === 'status')
    if (status !== undefined && (before === undefined || status['entries'] !== entries)) {
      entries = status['entries']
      const now = await filesOf(device)
      if (now !== undefined && before !== undefined && !stopped) await tell(device, before, now, teller)
      before = now ?? before
    }
    if (!stopped) timer = setTimeout(() => void look(), Math.max(EVERY_MS, SHARE * (performance.now() - startMs)))
  }
  void look()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

async function filesOf({ home }: Device): Promise<Seen | undefined> {
  const events = await ask(home, 'ls', { path: '/', long: true, recursive: true })
  return events === undefined
    ? undefined
    : new Map(
        events
          .filter(({ type, version }) => type === 'file' && version !== undefined)
          .map(({ path, version, bytes, state }) => [
            String(path),
            { version: String(version), text: `${bytesText(Number(bytes))}, ${state === 'here' ? 'here' : 'arriving'}` }
          ])
      )
}

async function tell(device: Device, before: Seen, now: Seen, teller: Teller): Promise<void> {
  const name = teller.paint('cyan', device.name.padEnd(7))
  const changed = [...now].filter(([path, { version }]) => before.get(path)?.version !== version)
  const lines = changed
    .filter(([path]) => !path.startsWith(CONVERSATIONS))
    .map(([path, { text }]) => `${before.has(path) ? 'changed' : 'new'}: ${printable(path)} (${text})`)
  for (const path of before.keys()) if (!now.has(path)) lines.push(`gone: ${printable(path)}`)
  for (const line of lines.slice(0, MOST_SHOWN)) teller.line(`  ${name}  ${line}`)
  if (lines.length > MOST_SHOWN) teller.line(`  ${name}  and ${lines.length - MOST_SHOWN} more`)
  const messages = changed.filter(([path]) => path.startsWith(CONVERSATIONS) && path.endsWith('.md'))
  for (const [path] of messages.slice(-MOST_SHOWN)) {
    const text = await textOf(device, path).catch(() => undefined)
    if (text !== undefined) teller.line(`  ${name}  message: ${printable(text.trimEnd().slice(0, TEXT_SHOWN))}`)
  }
}
