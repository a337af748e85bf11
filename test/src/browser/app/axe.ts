// Every screen, light and dark, on the narrowest phone and on a desk, looked at by axe-core.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { cardText } from '@holdfast/core/vault/contact-card'
import { mailPerson } from '@holdfast/core/vault/testing-mail'
import { FilesPage } from '../files-page.ts'
import type { Page } from 'playwright-core'
import type { Phone } from '../phone.ts'
import { protect } from '../pair.ts'
import { enter } from './keyboard.ts'
import { phone, stage } from './stage.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const NARROW = { width: 320, height: 640 }
const WIDE = { width: 1280, height: 800 }

test('nothing serious stands between anybody and the screens before a vault is open; each has the focus when it is entered', async () => {
  const phone = await stage.phone({ viewport: NARROW, reducedMotion: 'reduce', serviceWorkers: 'block' })
  const page = await phone.open()
  await page.getByRole('link', { name: 'Create a new vault' }).waitFor()
  await look(phone, 'Start')
  await page.getByRole('link', { name: 'I have a device already' }).click()
  for (const way of ['Link', 'Words']) {
    await page.getByRole('radio', { name: way }).check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await look(phone, `Pair by ${way}`)
  }
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('link', { name: 'I have only my recovery kit' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await look(phone, 'Recover')
  await page.getByRole('button', { name: 'Back' }).click()
  await enter(page, page.getByRole('link', { name: 'Create a new vault' }))
  await page.getByRole('heading', { name: 'Create a vault' }).waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Create a vault')
  await page.getByRole('button', { name: 'Create the vault' }).click()
  await look(phone, 'Protect with what is wrong')
  await protect(phone, 'phone', 'Create the vault')
  await page.getByRole('list', { name: 'The 24 words, in order' }).waitFor()
  await look(phone, 'Recovery kit')
  // A second tab of the same browser.
  const tab = await phone.open()
  await tab.getByRole('button', { name: 'Use it here' }).waitFor()
  await look(phone, 'Open elsewhere')
  await tab.getByRole('button', { name: 'Use it here' }).click()
  await tab.getByRole('button', { name: 'Unlock' }).click()
  await look(phone, 'Locked')
  await keepsFocus(tab)
})

/** A dialog keeps the focus and gives it back. */
async function keepsFocus(page: Page): Promise<void> {
  const help = page.getByRole('button', { name: 'I do not know it any more' })
  await enter(page, help)
  const dialog = page.getByRole('dialog', { name: 'If the passphrase is lost' })
  await dialog.waitFor()
  for (let presses = 0; presses < 8; presses++) {
    await page.keyboard.press('Tab')
    // Past the last control the browser itself has the focus, then the first again: never the page behind.
    const isInside = () =>
      document.activeElement === document.body || document.activeElement?.closest('dialog') !== null
    assert.ok(await page.evaluate(isInside))
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  assert.ok(await help.evaluate((element) => element === document.activeElement))
}

test('nothing serious stands between anybody and what is in the vault', async () => {
  const files = new FilesPage(phone.page)
  const { page } = phone
  await page.emulateMedia({ reducedMotion: 'reduce' })
  writeFileSync(stage.path('note.txt'), 'Dear Anna')
  await stage.laptop.tell('add', { paths: [stage.path('note.txt')] })
  const { card } = await mailPerson('Carl')
  await stage.laptop.tell('contact add', { card: cardText(card), verified: true })
  await files.go('/')
  await files.cell('note.txt').waitFor()
  await look(phone, 'Files')
  await files.open('note.txt')
  await page.getByText('Dear Anna').waitFor()
  await look(phone, 'Viewer')
  for (const [hash, heading, shows] of PLACES) {
    await page.evaluate((to) => (location.hash = to), hash)
    await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    await page.getByText(shows).first().waitFor()
    await look(phone, heading)
  }
  await page.evaluate((to) => (location.hash = to), '#/you')
  await page.getByRole('list', { name: 'People you know' }).getByText('Carl').waitFor()
  for (const [opens, sign] of DIALOGS) {
    await page.getByRole('button', { name: opens, exact: true }).click()
    await page.getByText(sign).first().waitFor()
    await look(phone, opens)
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  }
  await clear(phone)
  await phone.reload()
  await page.getByRole('heading', { name: 'Something is missing' }).waitFor()
  await look(phone, 'Something is missing')
})

const PLACES: readonly (readonly [hash: string, heading: string, shows: string])[] = [
  ['#/activity', 'Activity', 'Activity'],
  ['#/devices', 'Devices', 'laptop'],
  ['#/devices/add', 'Add a device', 'Copy the link'],
  ['#/you', 'You', 'Carl']
]

const DIALOGS = [
  ['Check it', 'Give the kit once more'],
  ['Take out …', 'is fetched first'],
  ['Erase …', 'removed for good']
] as const

/** In every appearance: nothing that axe-core calls serious or critical, and nothing to be scrolled sideways. */
async function look({ page }: Phone, screen: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE)
  for (const size of [NARROW, WIDE])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme })
      await page.locator(`:root[data-theme="${colorScheme}"]`).waitFor()
      const where = `${screen}, ${size.width} px, ${colorScheme}`
      const found = await page.evaluate(axeRun, colorScheme === 'dark')
      assert.deepEqual(found, [], where)
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      assert.ok(width <= size.width, `${where}: ${width} px wide`)
    }
  await page.setViewportSize(NARROW)
}

/** Runs in the page. In the dark nothing but the colours is different: the rest is not looked at twice. */
async function axeRun(isColoursOnly: boolean): Promise<string[]> {
  const COLOUR_RULES = ['color-contrast', 'link-in-text-block']
  const { axe } = globalThis as unknown as { axe: { run: (root: Document, options: object) => Promise<AxeResult> } }
  const { violations } = await axe.run(document, {
    resultTypes: ['violations'],
    ...(isColoursOnly ? { runOnly: { type: 'rule', values: COLOUR_RULES } } : {})
  })
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return serious.flatMap(({ id, nodes }) =>
    nodes
      // A file is called by its name alone, as people call it; its size and where it lies are its description.
      .filter(({ html }) => id !== 'label-content-name-mismatch' || !html.includes('role="gridcell"'))
      .map(({ target }) => `${id}: ${target.join(' ')}`)
  )
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string | null
    readonly nodes: readonly { readonly target: readonly string[]; readonly html: string }[]
  }[]
}

/** What a browser does when it makes room. */
async function clear({ page, context, url }: Phone): Promise<void> {
  const session = await context.newCDPSession(page)
  await session.send('Storage.clearDataForOrigin', { origin: new URL(url).origin, storageTypes: 'indexeddb' })
}
