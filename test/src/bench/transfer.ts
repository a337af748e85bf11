import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Corpus } from './corpora.ts'
import type { Program, Usage } from './process.ts'

/** Two laptops and what is always on between them, all connected. */
export interface Trio {
  readonly programs: { readonly a: Program; readonly middle: Program; readonly b: Program }
  /** Brings the files of `from` from A to B; ends when B has all of them. */
  bring(corpus: Corpus, from: string): Promise<Trial>
  stop(): Promise<void>
}

export interface Trial {
  readonly seconds: number
  /** Until A had taken in everything. */
  readonly addedSeconds: number
}

/** One trial and what each process used in it. */
export interface Transfer extends Trial {
  readonly cpuSeconds: { readonly a: number; readonly middle: number; readonly b: number }
  readonly peakMiB: { readonly a: number; readonly middle: number; readonly b: number }
}

/** A corpus made anew and taken through a trio made anew, in an own folder. */
export async function transfer(
  folder: string,
  corpus: Corpus,
  start: (folder: string) => Promise<Trio>
): Promise<Transfer> {
  const trio = await start(join(folder, 'trio'))
  try {
    const from = join(folder, 'corpus')
    corpus.make(from)
    spawnSync('sync') // what is measured should not wait for the disk to take its input
    const before = usages(trio)
    const trial = await trio.bring(corpus, from)
    const after = usages(trio)
    return {
      ...trial,
      cpuSeconds: each((name) => after[name].cpuSeconds - before[name].cpuSeconds),
      peakMiB: each((name) => after[name].peakMiB)
    }
  } finally {
    await trio.stop()
  }
}

const NAMES = ['a', 'middle', 'b'] as const
type Name = (typeof NAMES)[number]

function usages({ programs }: Trio): Record<Name, Usage> {
  return each((name) => programs[name].usage())
}

function each<T>(value: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(NAMES.map((name) => [name, value(name)])) as Record<Name, T>
}
