import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { writeFileDurably } from '../disk/atomic-file.ts'
import type { Stage } from './stage.ts'

/** What is remembered between two starts. */
export interface StoryState {
  readonly v: 1
  /** Where the relay listens: the default ports, or those that were free at the first start. */
  readonly ports: Ports
  /** Whose files were taken: a folder of the user's, or our own sample. */
  readonly source: string
  /** The acts that ended, in order. */
  readonly done: readonly string[]
  /** The whole story was told: from now on what lies here is the user's, and is never made anew. */
  readonly told: boolean
  /** What each of the three held when it was last looked at, in words: shown while they come up again. */
  readonly last?: Holdings
}

export interface Holdings {
  readonly pi: string
  readonly laptop: string
  readonly desktop: string
}

export interface Ports {
  readonly tcp: number
  readonly ws: number
}

/** Undefined when no story was begun here. Throws when the folder holds what no story made. */
export async function readState({ folder, stateFile }: Stage): Promise<StoryState | undefined> {
  const text = await readFile(stateFile, 'utf8').catch(() => undefined)
  if (text === undefined) {
    await assertOurs(folder)
    return undefined
  }
  const state = JSON.parse(text) as Partial<StoryState>
  if (state.v !== 1) throw new Error(`${stateFile} was written by a newer Holdfast: update it, or use --at FOLDER.`)
  return state as StoryState
}

export async function writeState({ folder, stateFile }: Stage, state: StoryState): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFileDurably(stateFile, Buffer.from(`${JSON.stringify(state, null, 2)}\n`), 0o600)
}

/** Takes away what a story left behind that was ended half way. Only what it made itself: it was never the only copy. */
export async function clearUnfinished(stage: Stage): Promise<void> {
  for (const path of stage.made) await rm(path, { recursive: true, force: true })
}

async function assertOurs(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  if (names.length > 0) {
    throw new Error(
      `${folder} holds something that this story did not make. Use another folder: npm start -- --at FOLDER`
    )
  }
}
