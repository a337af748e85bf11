import { realpathSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from './app-build.ts'
import { ask } from './cast/ask.ts'
import { stayUp } from './live.ts'
import { ROOT } from './process/programs.ts'
import { sceneOf, shown } from './scene.ts'
import type { Scene } from './scene.ts'
import { showFarewell, showHoldings, showScreen } from './screen.ts'
import { stageAt } from './stage.ts'
import type { Stage } from './stage.ts'
import { readState, setAside, writeState } from './state.ts'
import type { OlderState, StoryState } from './state.ts'
import { beginStory, tell, tellRest } from './story.ts'
import { Teller } from './teller.ts'

// npm start: tells the story at the first start, shows how things stand at every other, and stays up.

const INTERRUPTED = 130
const LOOK_FOR_PARENT_MS = 500
const ENDING_MS = 6000
const RETRY_MS = 100
const teller = new Teller()
const stop = new AbortController()
let onStage: Scene | undefined
/** Set when there is something to come back to. */
let told: StoryState | undefined
/** The story that stands here was told to its end, now or at an earlier start: the next start goes on from it. */
let isWhole = false

process.on('SIGTERM', () => void end(0))
process.on('SIGINT', () => void end(INTERRUPTED))
process.stdout.on('error', () => void end(0)) // nobody looks any more
if (process.env['npm_lifecycle_event'] !== undefined) endWithParent()

try {
  const { folder, stage } = parse(process.argv.slice(2))
  await play(stage, folder)
  await end(0)
} catch (error) {
  // A story that is being ended falls over its own processes; that is no error.
  if (!stop.signal.aborted) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
    await end(1)
  }
}

async function play(stage: Stage, folder: string | undefined): Promise<void> {
  const found = await readState(stage)
  const before = found?.v === 1 ? await withoutOlder(stage, found) : found
  if (before !== undefined && (await isUp(stage, before.told ? 0 : ENDING_MS))) {
    if (before.told) return alreadyUp(stage, before)
    throw new Error(`Another npm start is telling the story in ${shown(stage.folder)} right now.`)
  }
  if (before?.told === true) return again(stage, before, folder)
  const state = await beginStory(stage, folder, before)
  const scene = (onStage = sceneOf(stage, state, teller))
  scene.backstage.begin('app', buildApp(stop.signal))
  told = await tell(scene, state)
  isWhole = true
  await remember(scene)
  await stayUp(scene, stop.signal)
}

/** The story of an older version: what was told goes aside, and it is told anew. */
async function withoutOlder(stage: Stage, { told }: OlderState): Promise<undefined> {
  if (await isUp(stage, ENDING_MS))
    throw new Error(`An older version of it is up in ${shown(stage.folder)}: end that one first.`)
  if (!told) return
  const aside = await setAside(stage)
  teller.line(`${shown(stage.folder)} was made by an older version with other formats: everything in it is kept in`)
  teller.line(`${shown(aside)}, with its recovery words and its passphrase, and the story is told anew.`)
}

/** The screen is there at once, from what was remembered; the processes follow. */
async function again(stage: Stage, state: StoryState, folder: string | undefined): Promise<void> {
  isWhole = true
  const scene = (onStage = sceneOf(stage, state, teller))
  const { pi, attic, laptop, desktop, anna } = scene
  scene.backstage.begin('app', buildApp(stop.signal))
  teller.line(
    `Everything is in ${shown(stage.folder)}, as you left it; the recovery words are in ${shown(stage.words)}.`
  )
  if (state.last !== undefined) showHoldings(teller, state.last)
  teller.progress('starting the five processes ...')
  await Promise.all([pi, attic, laptop, desktop, anna].map((one) => one.goUp()))
  if (stop.signal.aborted) return
  told = await tellRest(scene, state)
  const processes = [pi, attic, laptop, desktop, anna].map(({ name, pid }) => `${name} (process ${pid})`)
  teller.line(`All five are up again: ${processes.join(', ')}.`)
  if (folder !== undefined) {
    teller.line(
      `To put ${shown(folder)} in: npx --no-install holdfast add ${shown(folder)} --home ${shown(stage.laptop)}`
    )
  }
  await stayUp(scene, stop.signal)
}

/** Shows how things stand, for now and for the next start. */
async function remember(scene: Scene, show = showScreen): Promise<void> {
  const last = await show(scene)
  if (told === undefined || last === undefined) return
  told = { ...told, last }
  await writeState(scene.stage, told)
}

async function alreadyUp(stage: Stage, state: StoryState): Promise<void> {
  teller.line(`It is up already, in another process, from ${shown(stage.folder)}:`)
  await showScreen(sceneOf(stage, state, teller))
}

/** Whether somebody's relay answers there, and goes on answering: what a killed story started ends by itself in a moment. */
async function isUp(stage: Stage, patienceMs: number): Promise<boolean> {
  const giveUpMs = performance.now() + patienceMs
  while ((await ask(stage.pi, 'status')) !== undefined) {
    if (performance.now() >= giveUpMs) return true
    await sleep(RETRY_MS)
  }
  return false
}

/** Everything this process started is told to stop, and waited for. */
async function end(code: number): Promise<void> {
  if (stop.signal.aborted) return
  stop.abort()
  if (onStage !== undefined) {
    const { laptop, desktop, anna, pi, attic, backstage } = onStage
    if (told !== undefined) {
      teller.line('\nAs you leave it:')
      await remember(onStage, (scene) => showFarewell(scene, told?.last)).catch(() => undefined)
    }
    await Promise.allSettled([laptop, desktop, anna, pi, attic].map((one) => one.retire()))
    await Promise.race([backstage.ended(), sleep(ENDING_MS)])
    teller.line(
      isWhole
        ? 'Everything is shut down; npm start brings it back.'
        : 'Everything is shut down. The story did not come to its end: npm start tells it anew, from the beginning.'
    )
  }
  process.exit(code)
}

/** npm that is killed passes nothing on: then nobody would be left who could stop what runs here. */
function endWithParent(): void {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) void end(0)
  }, LOOK_FOR_PARENT_MS).unref()
}

function parse(args: readonly string[]): { folder: string | undefined; stage: Stage } {
  const at = args.indexOf('--at')
  const places = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)]
  const stage = stageAt(at < 0 ? join(ROOT, '.holdfast') : fromCaller(args[at + 1] ?? usage()))
  if (places.length > 1 || places.some((arg) => arg.startsWith('-'))) usage()
  const folder = places[0] === undefined ? undefined : fromCaller(places[0])
  if (folder !== undefined) checkFolder(folder, stage)
  return { folder, stage }
}

/** Scripts run in the folder of the project; people mean the folder they are in. */
function fromCaller(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.env['PWD'] ?? '.', path)
}

function checkFolder(folder: string, { folder: own }: Stage): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw new Error(`${folder} is not a folder.`)
  if (`${own}${sep}`.startsWith(`${realpathSync(folder)}${sep}`)) {
    throw new Error(
      `${folder} holds ${own}, where this story keeps its own files: name a folder in it, or use --at FOLDER.`
    )
  }
}

function usage(): never {
  process.stderr.write('Usage: npm start [-- DIR] [--at FOLDER]\n')
  process.exit(2)
}
