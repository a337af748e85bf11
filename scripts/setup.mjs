// Installs and builds; the other scripts call prepare(), `node scripts/setup.mjs` does it by itself.
import { compile } from './compile.mjs'
import { begin, fail } from './house.mjs'
import { ensureInstalled } from './install.mjs'

/** Installs what is missing and builds what changed: `runtime` to run Holdfast, `full` to test it. */
export async function prepare(kind) {
  await ensureInstalled(kind)
  if (!compile(kind === 'full' ? 'tests' : 'runtime')) fail('The build failed; the compiler said why above.')
}

if (process.argv[1] === import.meta.filename) {
  const args = begin(`
Usage: node scripts/setup.mjs [--full]

Installs Holdfast's libraries (exactly the lockfile) and builds it. Does nothing when that is done already.
  --full   also what tests and lint need`)
  process.stdout.write('Setting up Holdfast ...\n')
  await prepare(args.includes('--full') ? 'full' : 'runtime')
  process.stdout.write('Ready: npx --no-install holdfast --help\n')
}
