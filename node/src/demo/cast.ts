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
  /** A second relay, and a second person whose own relay it is. */
  readonly attic: Pi
  readonly anna: Device
  /** A third device of the first account, that comes last. */
  readonly spare: Device
  /** Paths below the source that are not expected back: links that lead outside, files nobody may read. */
  readonly leftOut: Set<string>
}

export const DOCS = '/docs'

export async function castIn(folder: string, source: string, checks: Checks): Promise<Cast> {
  const passphrase = join(folder, 'passphrase.txt')
  const device = (name: string): Device => new Device(join(folder, name), name, passphrase)
  return {
    checks,
    folder,
    source,
    pi: await relayIn(folder, 'pi'),
    laptop: device('laptop'),
    desktop: device('desktop'),
    attic: await relayIn(folder, 'attic'),
    anna: device('anna'),
    spare: device('spare'),
    leftOut: new Set()
  }
}

export async function startAll({ laptop, desktop, pi }: Cast): Promise<void> {
  await Promise.all([laptop.goUp(), desktop.goUp(), pi.goUp()])
}

export function stopAll({ laptop, desktop, anna, spare, pi, attic }: Cast): Promise<(Ended | undefined)[]> {
  return Promise.all([laptop, desktop, anna, spare, pi, attic].map((one) => one.goDown()))
}

/** A port of its own for the whole demo: the relay comes back where the devices know it. */
async function relayIn(folder: string, name: string): Promise<Pi> {
  return new Pi(join(folder, name), [`/ip4/127.0.0.1/tcp/${await freePort()}`], name)
}
