import { rm } from 'node:fs/promises'
import { checkRelays, editBoth, openAccount, openRelays, pairDevice, sealFiles } from './acts.ts'
import { keepFolders } from './folder-act.ts'
import { loseRelay, shareFolder } from './people-acts.ts'
import { portNear } from './process/ports.ts'
import { makeSample } from './sample/sample-folder.ts'
import { shown } from './scene.ts'
import type { Scene } from './scene.ts'
import type { Stage } from './stage.ts'
import { clearUnfinished, writeState } from './state.ts'
import type { Ports, StoryState } from './state.ts'

const DEFAULT_PORTS = { pi: { tcp: 4256, ws: 4257 }, attic: { tcp: 4258, ws: 4259 } }

/** The act that a story of an older version did not have. */
const FOLDERS = 'folders'

type Act = readonly [name: string, act: (scene: Scene) => Promise<void>]

const ACTS: readonly Act[] = [
  ['relays', openRelays],
  ['account', openAccount],
  ['seal', sealFiles],
  ['check', checkRelays],
  ['pair', pairDevice],
  ['edit', editBoth],
  ['share', shareFolder],
  ['lose', loseRelay],
  [FOLDERS, keepFolders]
]

/** The state a story begins with; what an unfinished one left behind is taken away. */
export async function beginStory(
  stage: Stage,
  folder: string | undefined,
  before: StoryState | undefined
): Promise<StoryState> {
  const ports = before?.ports ?? {
    pi: await freePorts(DEFAULT_PORTS.pi),
    attic: await freePorts(DEFAULT_PORTS.attic)
  }
  const state: StoryState = { v: 2, ports, source: folder ?? stage.sample, done: [], told: false }
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

/** What a story that was told before did not have yet is added to it. */
export async function tellRest(scene: Scene, state: StoryState): Promise<StoryState> {
  if (state.done.includes(FOLDERS)) return state
  await keepFolders(scene)
  const now = { ...state, done: [...state.done, FOLDERS] }
  await writeState(scene.stage, now)
  return now
}

async function freePorts({ tcp, ws }: Ports): Promise<Ports> {
  return { tcp: await portNear(tcp), ws: await portNear(ws) }
}
