import type { Dirent } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { manyFiles } from './corpora.ts'
import { HoldfastTrio } from './holdfast.ts'
import type { Program } from './process.ts'
import type { Report } from './report.ts'
import { SyncthingTrio, syncthingVersion } from './syncthing.ts'
import type { Trio } from './transfer.ts'

/** Two laptops that each keep a folder in step, and what is always on between them. */
export interface FolderTrio extends Trio {
  readonly folders: { readonly a: string; readonly b: string }
  /** After something was done in A's folder: nothing, or what makes A look at once where it would wait otherwise. */
  look(): Promise<void>
  /** A looks at everything in its folder, and finds nothing. */
  rescan(): Promise<void>
}

interface Step {
  readonly seconds: number
  readonly cpuSeconds: string
}

const POLL_MS = 50
const RESCANS = 10
const EDITS = 21

/**
 * What happens in one folder until it stands in the other: many files put there, a folder renamed, files deleted, one file
 * changed; and what it costs to look at all of them again. Holdfast, and beside it Syncthing.
 */
export async function folders(folder: string, report: Report, o: FoldersOptions): Promise<void> {
  const programs: Record<string, () => Promise<FolderTrio>> = {
    Holdfast: async () => {
      const trio = await HoldfastTrio.start(join(folder, 'holdfast'), o.nodeArgs)
      return trio.keepFolders()
    }
  }
  const version = o.syncthing ? syncthingVersion() : undefined
  if (version !== undefined) programs[version] = () => SyncthingTrio.start(join(folder, 'syncthing'), true)
  for (const [name, start] of Object.entries(programs)) {
    const trio = await start()
    try {
      for await (const line of measured(trio, join(folder, `corpus-${name}`), o.files))
        report.line('folder', { program: name, ...line })
    } finally {
      await trio.stop()
    }
  }
}

export interface FoldersOptions {
  readonly files: number
  readonly syncthing: boolean
  readonly nodeArgs: readonly string[]
}

type Line = Record<string, string | number>

async function* measured(trio: FolderTrio, corpusAt: string, count: number): AsyncGenerator<Line> {
  const { a, b } = trio.folders
  const corpus = manyFiles(count, 8)
  corpus.make(corpusAt)
  spawnSync('sync')
  yield {
    measure: `${corpus.name} from folder to folder`,
    ...(await step(
      trio,
      () => renameSync(corpusAt, join(a, 'in')),
      () => countFiles(join(b, 'in')) === count
    ))
  }
  yield await rescans(trio)
  yield await edits(trio)
  const tenth = countFiles(join(a, 'in', 't0'))
  yield {
    measure: `a folder of ${tenth} files renamed`,
    ...(await step(
      trio,
      () => renameSync(join(a, 'in', 't0'), join(a, 'renamed')),
      () => countFiles(join(b, 'renamed')) === tenth && !existsSync(join(b, 'in', 't0'))
    ))
  }
  const gone = join('in', 't1')
  yield {
    measure: `${countFiles(join(a, gone))} files deleted`,
    ...(await step(
      trio,
      () => rmSync(join(a, gone), { recursive: true }),
      () => countFiles(join(b, gone)) === 0
    ))
  }
}

/** What is done at A, until B's disk shows it. */
async function step(trio: FolderTrio, work: () => void, isDone: () => boolean): Promise<Step> {
  const before = cpuOf(trio)
  const startMs = performance.now()
  work()
  await trio.look()
  while (!isDone()) await wait(POLL_MS)
  const seconds = (performance.now() - startMs) / 1000
  await atRest(trio)
  const after = cpuOf(trio)
  return { seconds: round(seconds), cpuSeconds: after.map((value, i) => round(value - before[i]!)).join(' + ') }
}

async function rescans(trio: FolderTrio): Promise<Line> {
  await trio.rescan()
  await atRest(trio)
  const { a } = trio.programs
  const [before, readBefore] = [a.usage().cpuSeconds, bytesRead(a)]
  for (let i = 0; i < RESCANS; i++) await trio.rescan()
  return {
    measure: 'everything looked at again, nothing changed',
    cpuSeconds: round((a.usage().cpuSeconds - before) / RESCANS),
    readKiB: Math.round((bytesRead(a) - readBefore) / 1024 / RESCANS)
  }
}

/** From the moment a file is written until the other folder shows what was written. */
async function edits(trio: FolderTrio): Promise<Line> {
  const { a, b } = trio.folders
  const before = cpuOf(trio)
  const all: number[] = []
  for (let i = 0; i < EDITS; i++) {
    const text = `${i} ${'x'.repeat(1024)}`
    const startMs = performance.now()
    writeFileSync(join(a, 'edited.txt'), text)
    while (!shows(join(b, 'edited.txt'), text)) await wait(2)
    all.push(performance.now() - startMs)
    await atRest(trio)
  }
  all.sort((one, other) => one - other)
  const after = cpuOf(trio)
  return {
    measure: 'a file of 1 KiB written, until the other disk shows it',
    medianMs: Math.round(all[EDITS >> 1]!),
    worseTenthMs: Math.round(all[Math.floor(EDITS * 0.9)]!),
    cpuMs: after.map((value, i) => Math.round(((value - before[i]!) * 1000) / EDITS)).join(' + ')
  }
}

/** Until no process uses more than a tenth of a processor: what one step left to do is not the next one's. */
async function atRest(trio: FolderTrio): Promise<void> {
  for (let before = cpuOf(trio); ; ) {
    await wait(500)
    const after = cpuOf(trio)
    if (after.every((value, i) => value - before[i]! <= 0.05)) return
    before = after
  }
}

function cpuOf({ programs: { a, middle, b } }: FolderTrio): number[] {
  return [a, middle, b].map((program) => program.usage().cpuSeconds)
}

/** By every read of the process, of files and sockets. */
function bytesRead(program: Program): number {
  return Number(/rchar: (\d+)/.exec(readFileSync(`/proc/${program.pid}/io`, 'utf8'))?.[1])
}

function countFiles(folder: string): number {
  let count = 0
  for (const item of itemsOf(folder))
    if (item.isDirectory()) count += countFiles(join(folder, item.name))
    else if (!item.name.startsWith('.')) count++ // a temporary file of either
  return count
}

/** None of what is not there, or not any more. */
function itemsOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function shows(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text
  } catch {
    return false
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
