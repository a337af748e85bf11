import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import type { Plugin } from 'vite'

/**
 * Builds the service worker after everything else, as one classic script (not every browser runs modules there), and tells it which files there are:
 * `__PRECACHE__`, addresses relative to it with a hash of what each holds.
 */
export function serviceWorker(define: Readonly<Record<string, string>>): Plugin {
  let root = ''
  let outDir = ''
  let isWritten = false
  return {
    name: 'holdfast-service-worker',
    apply: 'build',
    configResolved(config) {
      root = config.root
      outDir = join(config.root, config.build.outDir)
    },
    writeBundle() {
      isWritten = true
    },
    async closeBundle() {
      if (!isWritten) return // the build failed
      await build({
        configFile: false,
        root,
        logLevel: 'warn',
        publicDir: false,
        define: { ...define, __PRECACHE__: JSON.stringify(precached(outDir)) },
        build: {
          outDir,
          emptyOutDir: false,
          target: 'es2023',
          rolldownOptions: {
            input: join(root, 'src', 'sw', 'main.ts'),
            output: { format: 'iife', entryFileNames: 'sw.js' }
          }
        }
      })
    }
  }
}

/** [address, first half of its SHA-256 in hexadecimal] of every file that a browser may ask for. */
function precached(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^sw\.js$|\.map$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [
      path.slice(folder.length + 1).replaceAll('\\', '/'),
      createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 32)
    ])
}
