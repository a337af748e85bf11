import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { measurements } from './measurements.ts'
import { HELP, parseOptions } from './options.ts'
import { Report } from './report.ts'

/** npm run bench: what it measures, how and why is in docs/benchmarks.md. */
const options = parseOptions(process.argv.slice(2))
if (options === undefined) process.stdout.write(HELP)
else {
  const report = new Report(options.json)
  const folder = await mkdtemp(join(options.folder, 'holdfast-bench-'))
  try {
    for (const measure of measurements(options)) await measure(folder, report)
  } finally {
    // Only now: removing a large tree slows down whatever is measured in the minutes after it.
    if (!options.keep) await rm(folder, { recursive: true })
  }
}
