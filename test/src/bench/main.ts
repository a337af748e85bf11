import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { measurements } from './measurements.ts'
import { parseOptions, UsageError } from './options.ts'
import type { BenchOptions } from './options.ts'
import { Report } from './report.ts'

/** npm run bench: what it measures, how and why is in docs/benchmarks.md. */
try {
  await bench(parseOptions(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\nnpm run bench -- --help says what there is.\n`)
  process.exitCode = 2
}

async function bench(options: BenchOptions): Promise<void> {
  const chosen = measurements(options)
  const report = new Report(options.json)
  const folder = await mkdtemp(join(options.folder, 'holdfast-bench-'))
  try {
    for (const measure of chosen) await measure(folder, report)
  } finally {
    // Only now: removing a large tree slows down whatever is measured in the minutes after it.
    if (!options.keep) await rm(folder, { recursive: true })
  }
}
