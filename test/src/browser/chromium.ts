import { existsSync } from 'node:fs'
import { after } from 'node:test'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, LaunchOptions } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/**
 * Any Chrome or Chromium: what `npm test` found on this machine, or where most have it. Without one `npm test` does not run these files, and says so.
 */
export const CHROMIUM: string =
  process.env['HOLDFAST_CHROMIUM'] ?? places.find((path) => existsSync(path)) ?? 'chromium'

/** Nothing that asks anything of the world, and nothing that needs a display or a sandbox of the system. */
const FLAGS: readonly string[] = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

const optionsWith = (args: readonly string[]): LaunchOptions => ({
  executablePath: CHROMIUM,
  headless: true,
  chromiumSandbox: false,
  args: [...FLAGS, ...args]
})

/** To be called once in a file of tests: ended with them. */
export async function launch(args: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch(optionsWith(args))
  after(() => browser.close())
  return browser
}

/** A browser with a profile on disk: what it stores outlives it. */
export async function launchProfile(folder: string, args: readonly string[] = []): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(folder, optionsWith(args))
  after(() => context.close())
  return context
}
