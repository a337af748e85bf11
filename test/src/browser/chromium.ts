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

/**
 * What windows do by themselves that no test looks at. The browser takes the last such flag alone, so playwright's own are here as well. Each window would
 * start two more pages for what its address bar shows: as much work as opening the app.
 */
const OFF: readonly string[] = [
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup', 'AimEnabled', 'PreloadTopChromeWebUI'],
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'LensOverlay'],
  ...['HttpsFirstBalancedModeAutoEnable', 'MediaRouter', 'PaintHolding', 'ThirdPartyStoragePartitioning'],
  ...['AvoidCorsURLLoaderRestartOnRedirect', 'OptimizationHints', 'NetworkTimeServiceQuerying', 'PreconnectToSearch']
]

const optionsWith = (args: readonly string[]): LaunchOptions => ({
  executablePath: CHROMIUM,
  headless: true,
  chromiumSandbox: false,
  args: [...FLAGS, `--disable-features=${OFF.join()}`, ...args]
})

/** To be called at the top of a file of tests: ended after all of them. Inside a test it would be ended with that test. */
export async function launch(args: readonly string[] = []): Promise<Browser> {
  const browser = await launchOwn(args)
  after(() => browser.close())
  return browser
}

/** Whoever launches it closes it. */
export function launchOwn(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch(optionsWith(args))
}

/** A browser with a profile on disk: what it stores outlives it. Whoever launches it closes it. */
export function launchProfile(folder: string, args: readonly string[] = []): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, optionsWith(args))
}
