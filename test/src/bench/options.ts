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

/** Something was asked for that there is not. */
export class UsageError extends Error {}

/** What scripts/run.mjs says in its help of `bench`. Throws UsageError. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parsed(args)
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

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS })
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error
  }
}

const OPTIONS = {
  json: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true, default: [] as string[] },
  size: { type: 'string', default: '1024' },
  runs: { type: 'string', default: '1' },
  'no-syncthing': { type: 'boolean', default: false },
  dir: { type: 'string', default: tmpdir() },
  keep: { type: 'boolean', default: false },
  profile: { type: 'string' }
} as const

function positive(text: string, name: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value <= 0) throw new UsageError(`${name} takes a number above zero`)
  return value
}
