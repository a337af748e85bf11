// Brings node_modules in line with the lockfile, and does nothing, quickly, when it already is.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fail, inRoot, since } from './house.mjs'

/**
 * Makes sure that the libraries are installed: `runtime` for what `npm start` needs, `full` for what `npm test` needs.
 * A full install is never cut down: it stays full when only the runtime is asked for.
 */
export async function ensureInstalled(kind) {
  if (isInstalled(kind)) return
  const full = kind === 'full' || isFullInstall()
  await npmCi(full, packagesIn(readLock('package-lock.json'), full).length)
  writeFileSync(stamp(), platform)
}

const platform = `${process.platform}-${process.arch}`
const stamp = () => inRoot('node_modules', '.holdfast-platform')

/** Compares npm's own record of what it installed with the lockfile, so that an install made by hand counts too. */
function isInstalled(kind) {
  const record = readLock('node_modules/.package-lock.json')
  if (record === undefined) return false
  if (existsSync(stamp()) && readFileSync(stamp(), 'utf8') !== platform) return false
  return packagesIn(readLock('package-lock.json'), kind === 'full').every(
    ([path, wanted]) => wanted.optional || record[path]?.version === wanted.version || record[path]?.link
  )
}

const isFullInstall = () => existsSync(inRoot('node_modules', 'fast-check', 'package.json'))

function readLock(path) {
  if (!existsSync(inRoot(path))) return undefined
  return JSON.parse(readFileSync(inRoot(path), 'utf8')).packages
}

function packagesIn(packages, withDev) {
  return Object.entries(packages).filter(
    ([path, entry]) =>
      path.includes('node_modules/') && (withDev || !(entry.dev || entry.devOptional)) && isForThisMachine(entry)
  )
}

const isForThisMachine = ({ os, cpu }) =>
  (os?.includes(process.platform) ?? true) && (cpu?.includes(process.arch) ?? true)

async function npmCi(full, total) {
  const startMs = performance.now()
  process.stderr.write(`Installing ${full ? 'everything' : 'what running needs'} with npm ci ...\n`)
  const what = full ? ['--include=dev'] : ['--omit=dev']
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm']
  const child = spawn(npm[0], [...npm.slice(1), 'ci', ...what], {
    cwd: inRoot(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A workspace or prefix that npm handed down to this script is not meant for the install.
    env: { ...process.env, npm_config_workspace: '', npm_config_workspaces: '', npm_config_include_workspace_root: '' }
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      output = (output + bytes).slice(-20_000)
    })
  }
  const stopProgress = showProgress(startMs, total)
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += String(error)
      resolve(1)
    })
    child.on('close', resolve)
  })
  stopProgress()
  if (code !== 0) fail(`${output.trim()}\n\nInstalling failed (npm ci). ${advice(output)}`)
  process.stderr.write(`Installed in ${since(startMs)}.\n`)
}

function advice(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(output)) {
    return 'The package registry cannot be reached: the first install needs the network once, then run this again.'
  }
  if (/ENOSPC/.test(output)) return 'The disk is full: free some 400 MB and run this again.'
  if (/ENOENT.*npm/.test(output)) return 'npm was not found: install npm 10 or newer beside Node.'
  return 'What npm said stands above; run this again when it is mended.'
}

/** npm says nothing while it works without a terminal, so the folders it has made are counted instead. */
function showProgress(startMs, total) {
  const tty = process.stderr.isTTY
  const timer = setInterval(
    () => {
      const line = `  ${Math.min(countFolders(), total)} of about ${total} packages, ${since(startMs)}`
      process.stderr.write(tty ? `\r${line}   ` : `${line}\n`)
    },
    tty ? 300 : 3000
  )
  return () => {
    clearInterval(timer)
    if (tty) process.stderr.write('\r\x1b[K')
  }
}

function countFolders() {
  try {
    return readdirSync(inRoot('node_modules')).reduce(
      (count, name) => count + (name.startsWith('@') ? readdirSync(inRoot('node_modules', name)).length : 1),
      0
    )
  } catch {
    return 0
  }
}
