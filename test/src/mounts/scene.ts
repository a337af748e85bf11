import assert from 'node:assert/strict'
import { OPERATIONS } from '@holdfast/node/operations/table'
import type { OperationEvent, OperationIo } from '@holdfast/core/ports/operation-io'
import { foundMounted } from '@holdfast/core/engine/sharing/sharing'
import type { Vault } from '@holdfast/core/vault/vault'
import type { Device } from '../attacks/scene/device.ts'

/** Runs an operation as `holdfast` does and returns what it said. `output`: what `cat` printed. */
export async function run(
  device: Device,
  op: string,
  args: object,
  input = ''
): Promise<OperationEvent[] & { output: string }> {
  const events: OperationEvent[] = []
  const output: Uint8Array[] = []
  const io: OperationIo = {
    async emit(event) {
      events.push(event)
    },
    progress: () => undefined,
    async write(bytes) {
      output.push(bytes.slice())
    },
    async *input() {
      yield Buffer.from(input)
    },
    ask: async () => true,
    signal: new AbortController().signal
  }
  await OPERATIONS.get(op)!.run(device.engine, args, io)
  return Object.assign(events, { output: Buffer.concat(output).toString() })
}

/** A vault of the device's own account, mounted at a path of its personal vault. */
export function mountNew(device: Device, at: string): Promise<Vault> {
  return foundMounted(device.engine, { kind: 'folder', documents: 16, at: at.split('/') })
}

/** Everything a device shows, with the content of its files. */
export async function picture(device: Device): Promise<Record<string, string>> {
  const seen: Record<string, string> = {}
  for (const { path, kind } of await run(device, 'ls', { path: '/', recursive: true })) {
    assert.ok(typeof path === 'string')
    seen[path] = kind === 'file' ? (await run(device, 'cat', { paths: [path] })).output : String(kind)
  }
  return seen
}
