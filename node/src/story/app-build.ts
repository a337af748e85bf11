import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './process/programs.ts'

/** Builds the app for browsers, if it changed, in a process of its own beside everything else. Resolves whether it is there. */
export function buildApp(signal: AbortSignal): Promise<boolean> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'app.mjs')], { signal, stdio: 'ignore' })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })
}
