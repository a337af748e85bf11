// What every script of the house shares: where the root is, which Node will do, and --help before anything else.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const inRoot = (...parts) => join(root, ...parts)

/** Ends the process with one clear line and what to do about it. */
export function fail(line, code = 1) {
  process.stderr.write(`${line}\n`)
  process.exit(code)
}

/** Prints `help` and exits when asked to; refuses a Node that is too old. Nothing is installed or built before this. */
export function begin(help, args = process.argv.slice(2)) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Holdfast needs Node 20.19 or newer; this is ${process.versions.node}. Get one from https://nodejs.org.`)
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${help.trim()}\n`)
    process.exit(0)
  }
  process.chdir(root)
  return args
}

/** "4.2 s" since `startMs` (a performance.now() value). */
export const since = (startMs) => `${((performance.now() - startMs) / 1000).toFixed(1)} s`

/** Runs a built program in this very process, so that signals and the terminal are its own. */
export async function become(main, args) {
  if (!existsSync(inRoot(main))) fail(`${main} was not built. Run: npm run build, and read what it says.`)
  process.argv = [process.execPath, inRoot(main), ...args]
  await import(pathToFileURL(inRoot(main)).href)
}
