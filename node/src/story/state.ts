import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { writeFileDurably } from '../disk/atomic-file.ts'
import type { Stage } from './stage.ts'

/** What is remembered between two starts. */
export interface StoryState {
  readonly v: 2
  /** Where the relays listen: the default ports, or those that were free at the first start. */
  readonly ports: { readonly pi: Ports; readonly attic: Ports }
  /** Whose files were taken: a folder of the user's, or our own sample. */
  readonly source: string
  /** The acts that ended, in order. */
  readonly done: readonly string[]
  /** The whole story was told: from now on what lies here is the user's, and is never made anew. */
  readonly told: boolean
  /** What each of them held when it was last looked at, in words: shown while they come up again. */
  readonly last?: Holdings
}

export const NAMES = ['pi', 'attic', 'laptop', 'desktop', 'anna'] as const

export type Name = (typeof NAMES)[number]

export type Holdings = Readonly<Record<Name, string>>

export interface Ports {
  readonly tcp: number
  readonly ws: number
}

/** A story of the version before: of three homes, whose formats are not read any more. */
export interface OlderState {
  readonly v: 1
  readonly told: boolean
}

/** Undefined when no story was begun here. Throws when the folder holds what no story made. */
export async function readState({ folder, stateFile }: Stage): Promise<StoryState | OlderState | undefined> {
  const text = await readFile(stateFile, 'utf8').catch(() => undefined)
  if (text === undefined) {
    await assertOurs(folder)
    return undefined
  }
  const state = JSON.parse(text) as { readonly v?: unknown }
  if (state.v !== 1 && state.v !== 2)
    throw new Error(`${stateFile} was written by a newer Holdfast: update it, or use --at FOLDER.`)
  return state as StoryState | OlderState
}

export async function writeState({ folder, stateFile }: Stage, state: StoryState): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFileDurably(stateFile, Buffer.from(`${JSON.stringify(state, null, 2)}\n`), 0o600)
}

/** Takes away what a story left behind that was ended half way. Only what it made itself: it was never the only copy. */
export async function clearUnfinished(stage: Stage): Promise<void> {
  for (const path of stage.made) await rm(path, { recursive: true, force: true })
}

/**
 * Puts all that an older story left into a folder of its own, so that nothing of the user's is lost, and returns where it is. Its
 * state stays until a new one is written over it: killed half way, the rest goes aside at the next start.
 */
export async function setAside({ folder, stateFile, made }: Stage): Promise<string> {
  const names = new Set(await readdir(folder))
  let number = 1
  while (names.has(`older-${number}`)) number++
  const aside = join(folder, `older-${number}`)
  await mkdir(aside, { mode: 0o700 })
  await copyFile(stateFile, join(aside, basename(stateFile)))
  for (const path of made) if (names.has(basename(path))) await rename(path, join(aside, basename(path)))
  return aside
}

async function assertOurs(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  if (names.length > 0) {
    throw new Error(
      `${folder} holds something that this story did not make. Use another folder: npm start -- --at FOLDER`
    )
  }
}
