import assert from 'node:assert/strict'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { connectControl } from '@holdfast/node/control/client'
import { controlSocket } from '@holdfast/node/control/socket-path'
import { Device } from '@holdfast/node/story/cast/device'
import type { Said } from './people.ts'
import { until } from './until.ts'

/**
 * A device as a process that stays, which is told everything over its control socket, as commands tell it: starting one process a
 * command would take most of a test's time.
 */
export class Machine extends Device {
  /** What the operation said; its bytes, if it gives any, as one event `bytes`. */
  async tell(op: string, args: Readonly<Record<string, unknown>> = {}): Promise<Said[]> {
    const client = await connectControl(controlSocket(this.home))
    assert.ok(client !== undefined, `${this.name} is not up`)
    const events: Said[] = []
    const pieces: Uint8Array[] = []
    await client.call(op, args, {
      emit: async (event) => void events.push(event as Said),
      progress: () => undefined,
      write: async (bytes) => void pieces.push(bytes.slice()),
      input: async function* () {},
      ask: async () => false,
      signal: new AbortController().signal
    })
    if (pieces.length > 0) events.push({ type: 'bytes', text: Buffer.concat(pieces).toString() })
    return events
  }

  /** The one event of this type. */
  async told(type: string, op: string, args: Readonly<Record<string, unknown>> = {}): Promise<Said> {
    const found = (await this.tell(op, args)).filter((event) => event.type === type)
    assert.equal(found.length, 1, `${op}: ${JSON.stringify(found)}`)
    return found[0]!
  }

  async refuses(op: string, args: Readonly<Record<string, unknown>> = {}): Promise<ErrorCode> {
    const error: unknown = await this.tell(op, args).then(
      () => undefined,
      (reason: unknown) => reason
    )
    if (!isHoldfastError(error)) throw error instanceof Error ? error : new Error(`${op} did not fail`)
    return error.code
  }

  async text(path: string): Promise<string> {
    return String((await this.told('bytes', 'cat', { paths: [path] }))['text'])
  }

  /** The paths of everything below `folder`, without it. */
  async view(folder = '/'): Promise<string[]> {
    const events = await this.tell('ls', { path: folder, recursive: true })
    return events.map(({ path }) => String(path).slice(folder === '/' ? 1 : folder.length + 1)).sort()
  }

  /** Waits until this is what the device shows. */
  async shows(folder: string, expected: readonly string[]): Promise<void> {
    let last: string[] = []
    const shown = until(async () => {
      last = await this.view(folder).catch(() => ['nothing'])
      return last.join('\n') === [...expected].sort().join('\n') ? true : undefined
    })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`${this.name} shows of ${folder}: ${last.join(', ')}; expected: ${expected.join(', ')}`))
      }, PATIENCE_MS)
    })
    await Promise.race([shown, late]).finally(() => clearTimeout(timer))
  }
}

/** A failing test says what it saw, which its own limit of time would not. */
const PATIENCE_MS = 60_000
