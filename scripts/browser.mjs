// Which browser the browser suite may use, if there is such a suite.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { inRoot } from './house.mjs'
import { testFiles } from './suite.mjs'

/** The compiled tests that need a browser. */
export const browserFiles = () => testFiles().filter((file) => file.startsWith(inRoot('test', 'dist', 'browser')))

/**
 * The path of any Chrome or Chromium, or undefined. Installs Debian's only as root with CI=1, where nobody minds;
 * a person's machine is left as it is.
 */
export function findBrowser() {
  const found = look()
  if (found !== undefined || process.env.CI !== '1' || process.getuid?.() !== 0 || !onPath('apt-get')) return found
  process.stdout.write('Installing chromium with apt-get ...\n')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args) => spawnSync('apt-get', ['-q', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  apt('update')
  apt('install', '-y', '--no-install-recommends', 'chromium')
  return look()
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/snap/bin/chromium'
]

function look() {
  const named = process.env.HOLDFAST_CHROMIUM
  if (named !== undefined && existsSync(named)) return named
  return names.map(onPath).find((path) => path !== undefined) ?? places.find((path) => existsSync(path))
}

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}
