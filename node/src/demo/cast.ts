import { Device } from '../story/cast/device.ts'
import { Pi } from '../story/cast/pi.ts'
import type { Ended } from '../story/process/child.ts'
import { freePort } from '../story/process/ports.ts'
import { join } from 'node:path'
import type { Checks } from './check.ts'

export interface Cast {
  readonly checks: Checks
  /** Temporary; everything lies in it. */
  readonly folder: string
  /** Whose files are taken. Only read. */
  readonly source: string
  readonly pi: Pi
  readonly laptop: Device
  readonly desktop: Device
  /** Paths below the source that are not expected back: links that lead outside, files nobody may read. */
  readonly leftOut: Set<string>
}

export const DOCS = '/docs'

export async function castIn(folder: string, source: string, checks: Checks): Promise<Cast> {
  // A port of its own for the whole demo: the relay comes back where the devices know it.
  const port = await freePort()
  const passphrase = join(folder, 'passphrase.txt')
  return {
    checks,
    folder,
    source,
    pi: new Pi(join(folder, 'pi'), [`/ip4/127.0.0.1/tcp/${port}`]),
    laptop: new Device(join(folder, 'laptop'), 'laptop', passphrase),
    desktop: new Device(join(folder, 'desktop'), 'desktop', passphrase),
    leftOut: new Set()
  }
}

export async function startAll({ laptop, desktop, pi }: Cast): Promise<void> {
  await Promise.all([laptop.goUp(), desktop.goUp(), pi.goUp()])
}

export function stopAll({ laptop, desktop, pi }: Cast): Promise<(Ended | undefined)[]> {
  return Promise.all([laptop.goDown(), desktop.goDown(), pi.goDown()])
}
