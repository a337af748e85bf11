import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folders } from './folders.ts'
import { largeFile, manyFiles, sources } from './corpora.ts'
import type { Corpus } from './corpora.ts'
import { commandSeconds, homeWith, HoldfastTrio } from './holdfast.ts'
import { UsageError } from './options.ts'
import type { BenchOptions } from './options.ts'
import { people } from './people.ts'
import { run } from './process.ts'
import type { Report } from './report.ts'
import { syncthingVersion, SyncthingTrio } from './syncthing.ts'
import { transfer } from './transfer.ts'
import type { Transfer } from './transfer.ts'

export type Measurement = (folder: string, report: Report) => Promise<void>

/** Those asked for, in order. Throws UsageError for a name that is none. */
export function measurements(options: BenchOptions): Measurement[] {
  const { sizeMiB, only } = options
  const share = (count: number): number => Math.max(1, Math.round((count * sizeMiB) / 1024))
  const all: [name: string, measure: Measurement][] = [
    ['large', through('large', largeFile(sizeMiB), options)],
    ['small', through('small', manyFiles(share(10_000), 8), options)],
    ['middle', through('middle', manyFiles(share(1000), 1024), options)],
    ['sources', through('sources', sources(share(8000)), options)],
    ['start', starting(options)],
    ['index', program('index', './index-open.js', share(100_000))],
    ['talk', program('talk', './talk.js', share(20_000))],
    ['message', program('message', './message.js', 100)],
    ['folder', keeping(share(10_000), options)],
    ['people', (folder, report) => people(join(folder, 'people'), report, share(1000))]
  ]
  const named: typeof all = [
    ['many', through('many', manyFiles(share(100_000), 1), options)],
    ['browser', program('browser', '../browser/bench/main.js', sizeMiB)]
  ]
  if (only.length === 0) return all.map(([, measure]) => measure)
  const every = [...all, ...named]
  const unknown = only.find((part) => !every.some(([name]) => name.includes(part)))
  if (unknown !== undefined) throw new UsageError(`no measurement is named ${unknown}`)
  return every.filter(([name]) => only.some((part) => name.includes(part))).map(([, measure]) => measure)
}

/** A corpus through Holdfast and through Syncthing, in turn. */
function through(name: string, corpus: Corpus, { runs, syncthing, profile }: BenchOptions): Measurement {
  return async (folder, report) => {
    const own: Transfer[] = []
    const theirs: Transfer[] = []
    const version = syncthing ? syncthingVersion() : undefined
    for (let i = 0; i < runs; i++) {
      const nodeArgs = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', join(profile, name)]
      own.push(await transfer(join(folder, `${name}-${i}`), corpus, (at) => HoldfastTrio.start(at, nodeArgs)))
      if (version !== undefined)
        theirs.push(await transfer(join(folder, `${name}-${i}-syncthing`), corpus, (at) => SyncthingTrio.start(at)))
    }
    report.transfer(name, corpus, own, version === undefined ? undefined : { version, transfers: theirs })
  }
}

/** Folders kept in step, by Holdfast and by Syncthing. */
function keeping(files: number, { syncthing, profile }: BenchOptions): Measurement {
  const nodeArgs = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', join(profile, 'folder')]
  return (folder, report) => folders(join(folder, 'folder'), report, { files, syncthing, nodeArgs })
}

/** How long a person waits for the first word. */
function starting({ runs }: BenchOptions): Measurement {
  return async (folder, report) => {
    const corpus = manyFiles(100, 8)
    const at = join(folder, 'start')
    corpus.make(join(at, 'corpus'))
    const home = await homeWith(at, join(at, 'corpus'))
    for (const args of [['--version'], ['ls', '/', '--home', home]]) {
      const seconds: number[] = []
      for (let i = 0; i < runs + 2; i++) seconds.push(await commandSeconds(args))
      report.seconds('start', `holdfast ${args[0]}`, seconds)
    }
  }
}

/** What a program of its own measures, of so many files or messages. */
function program(name: string, path: string, count: number): Measurement {
  return async (folder, report) => {
    mkdirSync(folder, { recursive: true })
    const file = fileURLToPath(new URL(path, import.meta.url))
    for (const line of await run(process.execPath, [file, String(count)])) report.line(name, line)
  }
}
