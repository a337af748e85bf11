// npm test: everything from an empty checkout to the last test, with the time each part took.
import { availableParallelism } from 'node:os'
import { browserFiles, findBrowser } from './browser.mjs'
import { compileAndBundle } from './compile.mjs'
import { begin, fail, since } from './house.mjs'
import { ensureInstalled } from './install.mjs'
import { lint } from './lint.mjs'
import { runTests, testFiles } from './suite.mjs'

const args = begin(`
Usage: npm test [-- WORD...]
       npm run test:long [-- WORD...]

Installs, lints, builds and runs every test. Exits 0 only if all passed.
  WORD     only the test files whose path contains one of these words (and no lint)
  --long   more seeds and full sizes (what test:long does; HOLDFAST_LONG=1 in the environment of the tests)`)
const words = args.filter((arg) => !arg.startsWith('-'))
const long = args.includes('--long')
if (long) process.env.HOLDFAST_LONG = '1'

const phases = []
async function phase(name, work) {
  process.stdout.write(`== ${name}\n`)
  const startMs = performance.now()
  const result = await work()
  phases.push(`${name} ${since(startMs)}`)
  return result
}

await phase('install', () => ensureInstalled('full'))
const linted = words.length > 0 ? { ok: true, formatted: true } : await phase('lint', lint)
if (!(await phase('build', () => compileAndBundle('tests')))) fail('The build failed; the compiler said why above.')

const browserTests = new Set(browserFiles())
const browser = browserTests.size > 0 ? await phase('browser', findBrowser) : undefined
if (browser !== undefined) process.env.HOLDFAST_CHROMIUM = browser
const files = testFiles(words).filter((file) => browser !== undefined || !browserTests.has(file))
if (files.length === 0) fail('No test file matches.')
// One more than there are cores: a file with processes or a browser waits for them a part of its time.
const result = await phase('test', () =>
  runTests(files, {
    concurrency: availableParallelism() + 1,
    timeoutMs: long ? 3_600_000 : 300_000,
    together: !long
  })
)

process.stdout.write(`\n${phases.join(', ')}\n${result.passed} passed, ${result.failed} failed\n`)
if (!linted.formatted) process.stdout.write('Some files are not formatted. Run: npm run format\n')
for (const note of result.notes) process.stdout.write(`${note}\n`)
const passed = linted.ok && result.failed === 0
process.stdout.write(
  passed
    ? `All ${result.passed} tests in ${files.length} files passed.\n`
    : `FAILED: ${result.failed} of ${result.passed + result.failed} tests${linted.ok ? '' : ', and lint found mistakes'}.\n`
)
if (browserTests.size > 0 && browser === undefined) {
  process.stdout.write('The browser suite was NOT run: no Chrome or Chromium was found on this machine.\n')
}
process.exit(passed ? 0 : 1)
