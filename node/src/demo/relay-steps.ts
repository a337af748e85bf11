import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesText } from '@holdfast/core/base/amounts'
import type { Device } from '../story/cast/device.ts'
import type { JsonEvent } from '../story/process/child.ts'
import { compareFolders } from '../story/search/compare.ts'
import { until } from '../story/until.ts'
import type { Cast } from './cast.ts'
import { assertHolds, sizeText } from './check.ts'

const LATE_BYTES = 3 << 20
const LATE = 'added while a relay burns'

/** A second relay is added, and gets a copy of everything. */
export async function secondRelaySteps(cast: Cast): Promise<void> {
  const { checks, laptop, attic } = cast
  await checks.step('a second relay gets a copy of everything', async () => {
    await attic.goUp()
    await laptop.call('relay add', { code: await attic.invite() })
    await laptop.sync({ onEvent: (event) => showSent(cast, event) })
    const relays = await untilWhole(laptop)
    const { blobs, bytes } = (await attic.status()) as unknown as Record<string, number>
    return `${String(relays[0]!['held'])} versions of files, all at both relays; ${blobs} blobs (${bytesText(bytes!)}) at the new one`
  })
}

/** One of two relays burns down while a file is added and everything else is read by a new device. */
export async function lossSteps(cast: Cast): Promise<void> {
  const { checks, laptop, desktop, spare, pi, folder } = cast
  const late = join(folder, LATE)
  await checks.step(
    'one of two relays is killed and its disk destroyed while a file is added and others are read',
    async () => {
      await writeFile(late, randomBytes(LATE_BYTES))
      await desktop.goDown()
      await spare.join(laptop)
      const reading = await beginReading(spare)
      const adding = laptop.call('add', { paths: [late], to: '/' })
      await pi.goDown('SIGKILL')
      await rm(pi.home, { recursive: true })
      await Promise.all([adding, reading.done])
      await laptop.sync()
      const { missing } = await spare.sync()
      assertHolds(missing === 0, `${String(missing)} blobs are missing`)
      return `killed when the new device had ${reading.here} of ${reading.files} files; both went on with the other relay`
    }
  )

  await checks.step('every file stays readable', async () => {
    const [left, right] = [join(folder, 'out-before'), join(folder, 'out-after')]
    await laptop.call('get', { paths: ['/'], out: left, contents: true })
    await laptop.goDown()
    await spare.call('get', { paths: ['/'], out: right, contents: true })
    const { files, bytes, different } = await compareFolders(left, right)
    assertHolds(different.length === 0, different.slice(0, 5).join('; '))
    const { damaged } = await cast.attic.verify()
    assertHolds(damaged === 0, `${String(damaged)} damaged at the relay that is left`)
    await laptop.goUp()
    return `${sizeText(files, bytes)} on the new device, from the one relay that is left: the same as on the laptop`
  })
}

/** Resolves when the first file is there; `done` when all are, or as many as there were to get. */
async function beginReading(device: Device): Promise<{ here: number; files: number; done: Promise<unknown> }> {
  await device.goUp()
  // A relay that goes meanwhile may break it off: it is done again.
  const done = device.sync().catch(() => undefined)
  const first = await until('the first file', async () => {
    const listed = await device.call('ls', { path: '/', recursive: true, long: true })
    const states = listed.flatMap(({ state }) => state ?? [])
    const here = states.filter((state) => state === 'here').length
    return here === 0 ? undefined : { here, files: states.length }
  })
  return { ...first, done }
}

async function untilWhole(device: Device): Promise<readonly JsonEvent[]> {
  return until('both relays to have everything', async () => {
    const relays = (await device.call('relay ls')).filter(({ type }) => type === 'relay')
    return relays.length === 2 && relays.every(({ held, objects }) => held === objects) ? relays : undefined
  })
}

function showSent({ checks }: Cast, event: JsonEvent): void {
  if (event.type === 'progress') checks.progress(`${bytesText(Number(event['sentBytes']))} sent`)
}
