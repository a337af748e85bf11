import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Pi } from '@holdfast/node/story/cast/pi'
import { freePort } from '@holdfast/node/story/process/ports'
import { Machine } from '../e2e/machine.ts'
import { until } from '../e2e/until.ts'
import { run } from './process.ts'
import type { Report } from './report.ts'

const PIECE_BYTES = 8192
const REPAIR_AFTER_MS = 2000

/** A relay's loss made good, and a member taken out of a folder of many. */
export async function people(folder: string, report: Report, objects: number): Promise<void> {
  await repairing(join(folder, 'repair'), report, objects)
  const program = fileURLToPath(new URL('./people-cpu.js', import.meta.url))
  for (const line of await run(process.execPath, [program, '20', String(objects * 10)])) report.line('people', line)
}

/** Three relays, two copies of each object; one relay is gone for good. Beside it: a new laptop pulls as many objects. */
async function repairing(folder: string, report: Report, objects: number): Promise<void> {
  const { machines, pis } = await cast(folder, ['laptop', 'other'], 3)
  const [laptop, other] = machines as [Machine, Machine]
  const from = join(folder, 'in')
  mkdirSync(from)
  for (let at = 0; at < objects; at++) writeFileSync(join(from, `file ${at}`), `${at} `.repeat(PIECE_BYTES / 4))
  try {
    await laptop.init()
    await laptop.goUp()
    for (const pi of pis) await laptop.tell('relay add', { code: await pi.invite() })
    await laptop.tell('relay set', { copies: '2', repairAfter: `${REPAIR_AFTER_MS / 1000}s` })
    await laptop.tell('add', { paths: [from], to: '/in' })
    await laptop.tell('sync')
    await other.join(laptop)
    const pullMs = performance.now()
    await other.goUp()
    await until(async () => {
      const { files, missingBlobs } = await other.told('status', 'status')
      return Number(files) >= objects && missingBlobs === 0 ? true : undefined
    })
    const pulledPerSecond = (objects * 1000) / (performance.now() - pullMs)
    const held = async (): Promise<number> => {
      const relays = (await laptop.tell('relay ls')).filter(({ type, name }) => type === 'relay' && name !== nameOf(1))
      return relays.reduce((sum, relay) => sum + Number(relay['held']), 0)
    }
    const before = await held()
    await pis[0]!.goDown('SIGKILL')
    // From when it is due: until it is noticed counts too.
    const dueMs = performance.now() + REPAIR_AFTER_MS
    await until(async () => ((await held()) >= 2 * objects ? true : undefined))
    const repairedPerSecond = ((2 * objects - before) * 1000) / (performance.now() - dueMs)
    report.line('people', {
      measure: 'repair after the loss of a relay',
      objects: 2 * objects - before,
      repairedPerSecond: Math.round(repairedPerSecond * 10) / 10,
      pulledPerSecond: Math.round(pulledPerSecond * 10) / 10,
      ratio: Math.round((repairedPerSecond / pulledPerSecond) * 100) / 100,
      target: 'at least 0.5'
    })
  } finally {
    await Promise.all([...machines, ...pis].map((one) => one.goDown()))
  }
}

const nameOf = (relay: number): string => `relay-${relay}`

async function cast(
  folder: string,
  names: readonly string[],
  relays: number
): Promise<{ machines: Machine[]; pis: Pi[] }> {
  mkdirSync(folder, { recursive: true })
  const passphrase = join(folder, 'passphrase')
  writeFileSync(passphrase, 'bench bench bench bench\n', { mode: 0o600 })
  const machines = names.map((name) => new Machine(join(folder, name), name, passphrase, ['--store-credentials']))
  const pis: Pi[] = []
  for (let at = 1; at <= relays; at++)
    pis.push(new Pi(join(folder, nameOf(at)), [`/ip4/127.0.0.1/tcp/${await freePort()}`], nameOf(at)))
  await Promise.all(pis.map((pi) => pi.goUp()))
  return { machines, pis }
}
