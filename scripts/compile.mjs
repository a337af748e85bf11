// Runs the TypeScript compiler over the projects of the house.
import { spawnSync } from 'node:child_process'
import { buildApp } from './app.mjs'
import { inRoot } from './house.mjs'

const PROJECTS = {
  // What runs on a computer; the app is compiled by Vite, which does not look at types.
  runtime: ['core', 'node', 'relay-pi'],
  all: ['tsconfig.json'],
  tests: ['tsconfig.test.json']
}

/** Builds incrementally: 'runtime', 'all' or 'tests'. Returns whether it succeeded; the compiler's words are printed. */
export function compile(what) {
  const args = [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '-b', ...PROJECTS[what].map((path) => inRoot(path))]
  return [args, [inRoot('scripts', 'programs.mjs')]].every(
    (step) => spawnSync(process.execPath, step, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
  )
}

/** compile(), then the app for browsers. */
export async function compileAndBundle(what) {
  if (!compile(what)) return false
  const { ok, output } = await buildApp()
  if (!ok) process.stdout.write(`The app was not built:\n${output}`)
  return ok
}
