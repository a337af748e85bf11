import { compileAndBundle } from './compile.mjs'
import { begin, fail, since } from './house.mjs'
import { ensureInstalled } from './install.mjs'

const args = begin(`
Usage: npm run build [-- --tests]

Builds core, node and relay-pi into their dist/ folders, and the app for browsers into pwa/dist/site (only what changed),
installing what that needs first.
  --tests   build the tests too`)
const tests = args.includes('--tests')
const startMs = performance.now()
process.stdout.write('Building ...\n')
await ensureInstalled(tests ? 'full' : 'runtime')
if (!(await compileAndBundle(tests ? 'tests' : 'all'))) fail('The build failed; the compiler said why above.')
process.stdout.write(`Built in ${since(startMs)}.\n`)
