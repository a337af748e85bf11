import { relative } from 'node:path'
import { printable } from '@holdfast/core/base/printable'
import { Backstage } from './backstage.ts'
import { Device } from './cast/device.ts'
import { Pi } from './cast/pi.ts'
import { ROOT } from './process/programs.ts'
import type { Stage } from './stage.ts'
import type { Ports, StoryState } from './state.ts'
import type { Teller } from './teller.ts'

/** Who plays, where, and who tells it. */
export interface Scene {
  readonly stage: Stage
  readonly teller: Teller
  readonly pi: Pi
  readonly attic: Pi
  readonly laptop: Device
  readonly desktop: Device
  /** Somebody else's: an account of its own, whose relay is the one in the attic. */
  readonly anna: Device
  /** Whose files are told about. */
  readonly source: string
  readonly backstage: Backstage
}

/** Where they go in the vault. */
export const DOCS = '/docs'
export const NOTES = '/notes'
export const LIVE = '/live'
/** What the account of the laptop and the desktop is called by others, and Anna by it. */
export const BEN = 'Ben'
export const ANNA = 'Anna'

export function sceneOf(stage: Stage, { ports, source }: StoryState, teller: Teller): Scene {
  // The key that opens each home is kept in it, as for a service: the passphrase lies beside it anyway.
  const making = ['--store-credentials']
  return {
    stage,
    teller,
    source,
    pi: new Pi(stage.pi, listenAt(ports.pi)),
    attic: new Pi(stage.attic, listenAt(ports.attic), 'attic'),
    laptop: new Device(stage.laptop, 'laptop', stage.passphrase, making, []),
    desktop: new Device(stage.desktop, 'desktop', stage.passphrase, making),
    anna: new Device(stage.anna, 'anna', stage.annasPassphrase, making),
    backstage: new Backstage()
  }
}

/** As it is typed from the folder of the project. */
export function shown(path: string): string {
  const inside = relative(ROOT, path)
  return printable(inside.startsWith('..') ? path : inside)
}

export function assertHolds(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise)
}

/** For computers, and for browsers with the app from here and from an address with HTTPS. */
function listenAt({ tcp, ws }: Ports): string[] {
  const host = '/ip4/127.0.0.1'
  return [`${host}/tcp/${tcp}`, `${host}/tcp/${ws}/ws`, `${host}/udp/${tcp}/webrtc-direct`]
}
