import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'

export interface BenchOptions {
  readonly json: boolean
  /** Only measurements whose name contains one of these; empty: those that run by themselves. */
  readonly only: readonly string[]
  /** Mebibytes of the large file; the others take their share of it. */
  readonly sizeMiB: number
  readonly runs: number
  readonly syncthing: boolean
  /** Where everything is made: on the disk to be measured. */
  readonly folder: string
  readonly keep: boolean
  /** Where CPU profiles of the three processes go. */
  readonly profile: string | undefined
}

export const HELP = `Usage: npm run bench -- [options] [NAME...]

Measures Holdfast on this machine: laptop A, a relay and laptop B, three processes on loopback, and Syncthing with an untrusted
encrypted device in the middle beside them where it is installed (Debian: apt install syncthing). Times are until B has all.

  NAME, --only NAME  only the measurements whose name contains it
  --size MIB         of the large file, 1024 by default; the numbers of files shrink with it
  --runs N           of each, 1 by default; the median is told
  --no-syncthing     only Holdfast
  --dir DIR          where to work: on the disk to be measured
  --keep             leave the folder there
  --profile DIR      write a CPU profile of each Holdfast process there
  --json             one JSON object a line

Measurements: large, small, middle, sources, start, index, talk, people (a relay's loss made good,
a member taken out); only when named: many (100,000 files of 1 KiB), browser (the app in Chromium)
`

/** Undefined: help was asked for. */
export function parseOptions(args: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      size: { type: 'string', default: '1024' },
      runs: { type: 'string', default: '1' },
      'no-syncthing': { type: 'boolean', default: false },
      dir: { type: 'string', default: tmpdir() },
      keep: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false }
    }
  })
  if (values.help) return undefined
  return {
    json: values.json,
    only: [...values.only, ...positionals],
    sizeMiB: positive(values.size, '--size'),
    runs: positive(values.runs, '--runs'),
    syncthing: !values['no-syncthing'],
    folder: values.dir,
    keep: values.keep,
    profile: values.profile
  }
}

function positive(text: string, name: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value <= 0) throw new Error(`${name} takes a number above zero`)
  return value
}
