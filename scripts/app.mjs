// Builds the app for browsers with Vite into pwa/dist/site, and does nothing, quickly, when its sources are as they were.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { begin, fail, inRoot } from './house.mjs'

/** Core must have been compiled before. Resolves with { ok, output }: what Vite said, when it complains. */
export async function buildApp() {
  const hash = sourceHash()
  const isThere = existsSync(inRoot('pwa', 'dist', 'site', 'sw.js')) && existsSync(stamp())
  if (isThere && readFileSync(stamp(), 'utf8') === hash) return { ok: true, output: '' }
  const { code, output } = await vite(hash.slice(0, 12))
  if (code === 0) writeFileSync(stamp(), hash)
  return { ok: code === 0, output }
}

/** Outside of what the app may be served from, and gone with it when somebody removes dist. */
const stamp = () => inRoot('pwa', 'dist', 'site.stamp')

/**
 * SHA-256, in hexadecimal, of every file that the app is made from. Its first twelve digits are the build that the app shows: two people who built
 * the same sources see the same.
 */
export function sourceHash() {
  const single = [
    'package-lock.json',
    'tsconfig.base.json',
    'core/package.json',
    'pwa/index.html',
    'pwa/vite.config.ts'
  ]
  const folders = ['core/src', 'pwa/src', 'pwa/build', 'pwa/public']
  const all = [...single, ...folders.flatMap((folder) => filesIn(folder))]
  const paths = all.filter((path) => !/\.test\.tsx?$/.test(path)).sort()
  const hash = createHash('sha256')
  for (const path of paths) {
    const bytes = readFileSync(inRoot(path))
    hash.update(`${path}\n${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}

/** @returns {string[]} paths from the root, with forward slashes. */
function filesIn(folder) {
  return readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(inRoot().length + 1)
        .replaceAll('\\', '/')
    )
}

function vite(build) {
  const args = [inRoot('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn']
  const env = { ...process.env, HOLDFAST_BUILD: build, NODE_ENV: 'production', NO_COLOR: '1' }
  const child = spawn(process.execPath, args, { cwd: inRoot('pwa'), env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (bytes) => (output += bytes))
  child.stderr.on('data', (bytes) => (output += bytes))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, output: String(error) }))
    child.on('close', (code) => resolve({ code, output }))
  })
}

if (process.argv[1] === import.meta.filename) {
  begin(`
Usage: node scripts/app.mjs

Builds the app for browsers into pwa/dist/site, if its sources changed. Core has to be built already.`)
  const { ok, output } = await buildApp()
  if (!ok) fail(`${output.trim()}\nThe app was not built.`)
}
