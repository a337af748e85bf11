import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Device } from './cast/device.ts'
import { NOTES } from './scene.ts'
import type { Stage } from './stage.ts'

/** A device puts a text into a folder of its vault, wherever it is: up, or away from everybody. */
export async function writeNote(device: Device, stage: Stage, name: string, text: string, to = NOTES): Promise<void> {
  const folder = join(stage.drafts, device.name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), text)
  if (device.isUp) await device.call('add', { paths: [join(folder, name)], to })
  else await device.run('add', join(folder, name), '--to', to)
}

/** The text of a file, fetched from whoever has it. */
export async function textOf(device: Device, path: string): Promise<string> {
  const { bytes, failure } = await device.answer('cat', { paths: [path] })
  if (failure !== undefined) throw failure
  return bytes.toString()
}
