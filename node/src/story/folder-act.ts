import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assertHolds, LIVE, shown } from './scene.ts'
import type { Scene } from './scene.ts'
import { until } from './until.ts'

const FIRST = 'saved on the laptop.txt'

/** The last act, and what people go on with: a folder of each device, with nothing to type. */
export async function keepFolders({ teller, laptop, desktop, stage }: Scene): Promise<void> {
  teller.act(9, 'A folder on each device, kept in step')
  for (const folder of [stage.laptopFolder, stage.desktopFolder]) await mkdir(folder, { recursive: true })
  await laptop.call('folder add', { path: stage.laptopFolder, to: LIVE })
  await desktop.call('folder add', { path: stage.desktopFolder, to: LIVE })
  const text = `saved at ${new Date().toISOString()}\n`
  await writeFile(join(stage.laptopFolder, FIRST), text)
  teller.fact(`a program saves a file in ${shown(stage.laptopFolder)}`)
  const there = join(stage.desktopFolder, FIRST)
  const arrived = await until(`${FIRST} in the desktop's folder`, () => readFile(there, 'utf8').catch(() => undefined))
  assertHolds(arrived === text, `${shown(there)} has something else in it.`)
  teller.held(`it lies in ${shown(stage.desktopFolder)}, and nobody typed a command`)
}
