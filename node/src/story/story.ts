import { rm } from 'node:fs/promises'
import { checkRelay, editBoth, openAccount, openRelay, pairDevice, sealFiles, shown } from './acts.ts'
import type { Scene } from './acts.ts'
import { Device } from './cast/device.ts'
import { Pi } from './cast/pi.ts'
import { portNear } from './process/ports.ts'
import { makeSample } from './sample/sample-folder.ts'
import type { Stage } from './stage.ts'
import { clearUnfinished, writeState } from './state.ts'
import type { Ports, StoryState } from './state.ts'
import type { Teller } from './teller.ts'

const DEFAULT_PORTS: Ports = { tcp: 4256, ws: 4257 }

type Act = readonly [name: string, act: (scene: Scene) => Promise<void>]

const ACTS: readonly Act[] = [
  ['relay', openRelay],
  ['account', openAccount],
  ['seal', sealFiles],
  ['check', checkRelay],
  ['pair', pairDevice],
  ['edit', editBoth]
]

/** The state a story begins with; what an unfinished one left behind is taken away. */
export async function beginStory(
  stage: Stage,
  folder: string | undefined,
  before: StoryState | undefined
): Promise<StoryState> {
  const ports = before?.ports ?? {
    tcp: await portNear(DEFAULT_PORTS.tcp),
    ws: await portNear(DEFAULT_PORTS.ws)
  }
  const state: StoryState = { v: 1, ports, source: folder ?? stage.sample, done: [], told: false }
  await writeState(stage, state)
  await clearUnfinished(stage)
  if (folder === undefined) await makeSample(stage.sample)
  return state
}

/** Tells the whole story on real processes, and remembers each act that ended. Throws when something did not hold. */
export async function tell(scene: Scene, state: StoryState): Promise<StoryState> {
  const { stage, teller } = scene
  teller.line()
  let now = state
  for (const [name, act] of ACTS) {
    await act(scene)
    now = { ...now, done: [...now.done, name] }
    await writeState(stage, now)
  }
  now = { ...now, told: true }
  await writeState(stage, now)
  await rm(stage.drafts, { recursive: true, force: true })
  teller.line()
  teller.line(
    `${teller.paint('bold', 'That was the story')}, ${teller.elapsedSeconds().toFixed(0)} s. It stays in ${shown(stage.folder)} and is up now:`
  )
  return now
}

export function sceneOf(stage: Stage, { ports, source }: StoryState, teller: Teller): Scene {
  const listen = [`/ip4/127.0.0.1/tcp/${ports.tcp}`, `/ip4/127.0.0.1/tcp/${ports.ws}/ws`]
  return {
    stage,
    teller,
    source,
    pi: new Pi(stage.pi, listen),
    laptop: new Device(stage.laptop, 'laptop', stage.passphrase),
    desktop: new Device(stage.desktop, 'desktop', stage.passphrase)
  }
}
