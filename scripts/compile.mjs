// Runs the TypeScript compiler over the projects of the house.
import { spawnSync } from 'node:child_process'
import { inRoot } from './house.mjs'

/** Builds incrementally; with `tests`, the test projects too. Returns whether it succeeded; the compiler's words are printed. */
export function compile({ tests = false } = {}) {
  const project = tests ? 'tsconfig.test.json' : 'tsconfig.json'
  const args = [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '-b', inRoot(project)]
  return spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
}
