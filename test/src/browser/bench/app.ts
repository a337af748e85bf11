import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page, Response } from 'playwright-core'
import { inside, pair, PASSPHRASE } from '../pair.ts'
import { Phone } from '../phone.ts'
import { round } from './scene.ts'
import type { BrowserScene } from './scene.ts'
import { rendererCpu, slowRenderers } from './slowed.ts'

const VIEW = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
const SLOWER = 4

/** What a person waits for in the app: its first screen, unlocking it without a network, and a letter in the search. */
export async function measureApp(scene: BrowserScene, files: number): Promise<void> {
  const phone = new Phone(await scene.browser.newContext(VIEW), scene.url)
  await measureFirstScreen(scene, phone)
  await addMany(scene, files)
  await pair(phone, scene.laptop)
  await listed(phone.page, files)
  await phone.worksOffline()
  await phone.offline(true)
  await phone.reload()
  await measureUnlock(scene, phone.page, files)
  await measureFilter(scene, phone.page, files)
  await phone.context.close()
}

/** Scripts and style sheets of the page, as they would come compressed. */
async function measureFirstScreen(scene: BrowserScene, phone: Phone): Promise<void> {
  const sizes = new Map<string, Promise<number>>()
  const isPages = (response: Response): boolean =>
    !response.fromServiceWorker() &&
    ['script', 'stylesheet'].includes(response.request().resourceType()) &&
    !/worker|sw\.js/.test(response.url())
  phone.context.on('response', (response) => {
    if (isPages(response) && !sizes.has(response.url()))
      sizes.set(
        response.url(),
        response.body().then((body) => gzipSync(body, { level: 9 }).length)
      )
  })
  const page = await phone.open()
  await page.getByRole('heading').first().waitFor()
  phone.context.removeAllListeners('response')
  const bytes = (await Promise.all(sizes.values())).reduce((sum, size) => sum + size, 0)
  scene.report('first screen, scripts and style sheets', { files: sizes.size, gzipKB: round(bytes / 1e3), wanted: 200 })
  await phone.kill()
}

/** Into the folder that is shown first: a click on the way would be the driver's time, too. */
async function addMany(scene: BrowserScene, count: number): Promise<void> {
  const folder = scene.path('many')
  mkdirSync(folder)
  const paths = Array.from({ length: count }, (_, i) => join(folder, `${String(i).padStart(5, '0')} note.txt`))
  for (const [i, path] of paths.entries()) writeFileSync(path, `note ${i}\n`)
  await scene.laptop.tell('add', { paths })
  await scene.laptop.sync()
}

/** Resolves when the list holds so many. */
async function listed(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const grid = document.querySelector('[role=grid]')
      if (grid === null || grid.querySelector('[role=row]') === null) return false
      return Number(grid.getAttribute('aria-rowcount')) * Number(grid.getAttribute('aria-colcount')) >= wanted
    },
    count,
    { timeout: 600_000 }
  )
}

/** Counted from the button until the list is drawn, with the processor slowed for the worker, too. */
async function measureUnlock(scene: BrowserScene, page: Page, files: number): Promise<void> {
  // As fast as a person types: what the app loads meanwhile, it loads for nobody who waits.
  await page.getByLabel('Passphrase of this device').pressSequentially(PASSPHRASE, { delay: 80 })
  const before = await rendererCpu(scene.browser)
  const endSlowness = await slowRenderers(scene.browser, SLOWER)
  const startMs = performance.now()
  try {
    await page.keyboard.press('Enter')
    await inside({ page } as Phone)
    const openMs = performance.now() - startMs
    await listed(page, files)
    const seconds = round((performance.now() - startMs) / 1000)
    const after = await rendererCpu(scene.browser)
    scene.report('unlock without a network, until the list is drawn', {
      files,
      slowed: SLOWER,
      seconds,
      openSeconds: round(openMs / 1000),
      workerCpuSeconds: round(after.worker - before.worker),
      pageCpuSeconds: round(after.page - before.page),
      allCpuSeconds: round(after.all - before.all),
      wanted: 2.5
    })
  } finally {
    endSlowness()
  }
}

/** From a letter in the search until another list is drawn. */
async function measureFilter(scene: BrowserScene, page: Page, files: number): Promise<void> {
  await page.getByRole('searchbox').focus()
  const ms: number[] = []
  for (const letter of '421') {
    await page.evaluate(WATCH)
    await page.keyboard.press(letter)
    ms.push(await page.evaluate<number>('globalThis.redrawn'))
  }
  scene.report('a letter in the search, until the list is drawn', { files, ms: ms.map(Math.round), wanted: 100 })
}

/** `redrawn`: milliseconds from the next letter until a frame was drawn in which the list is another one. */
const WATCH = `(() => {
  const list = () => {
    const grid = document.querySelector('[role=grid]')
    return grid === null ? '' : grid.getAttribute('aria-rowcount') + grid.textContent
  }
  globalThis.redrawn = new Promise((resolve) => {
    const before = list()
    addEventListener('input', () => {
      const startMs = performance.now()
      const look = () => (list() === before ? requestAnimationFrame(look) : requestAnimationFrame(() => resolve(performance.now() - startMs)))
      look()
    }, { once: true, capture: true })
  })
})()`
