import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Teller } from '../story/teller.ts'
import { castIn, stopAll } from './cast.ts'
import type { Cast } from './cast.ts'
import { Checks, Stopped } from './check.ts'
import { editSteps } from './edit-steps.ts'
import { endSteps } from './end-steps.ts'
import { peopleSteps } from './people-steps.ts'
import { lossSteps, secondRelaySteps } from './relay-steps.ts'
import { shredSteps } from './shred-steps.ts'
import { uploadSteps } from './upload-steps.ts'
import { secondDeviceSteps } from './second-device-steps.ts'

// npm run demo -- DIR [--json]: the story, checked step by step on the files of DIR. Exits 0 only if all held.

const STEPS = [
  uploadSteps,
  secondDeviceSteps,
  editSteps,
  shredSteps,
  secondRelaySteps,
  peopleSteps,
  lossSteps,
  endSteps
] as const

const args = process.argv.slice(2)
const places = args.filter((arg) => !arg.startsWith('-'))
const json = args.includes('--json')
if (places.length !== 1 || args.some((arg) => arg.startsWith('-') && arg !== '--json')) {
  process.stderr.write('Usage: npm run demo -- DIR [--json]\n')
  process.exit(2)
}
const source = resolve(process.env['INIT_CWD'] ?? process.env['PWD'] ?? '.', places[0]!)
if (!(await stat(source).catch(() => undefined))?.isDirectory()) {
  process.stderr.write(`${source} is not a folder.\n`)
  process.exit(2)
}

const folder = await mkdtemp(join(tmpdir(), 'holdfast-demo-'))
const checks = new Checks(json, new Teller())
let cast: Cast | undefined
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(130))
if (!json) process.stdout.write(`Holdfast: the story, checked on ${source}, in ${folder}\n`)
try {
  cast = await castIn(folder, source, checks)
  for (const steps of STEPS) await steps(cast)
} catch (error) {
  if (!(error instanceof Stopped)) throw error
}
checks.end()
await end(checks.failed === 0 ? 0 : 1)

/** Nothing is left running, and of a demo nothing is left on the disk. */
async function end(code: number): Promise<void> {
  if (cast !== undefined) await stopAll(cast)
  await rm(folder, { recursive: true, force: true })
  process.exit(code)
}
