// No pointer at all: what a person does who has only keys.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { FilesPage } from '../files-page.ts'
import { DESKTOP } from '../harness.ts'
import { OfferFrom } from '../offer.ts'
import { PASSPHRASE } from '../pair.ts'
import { everybodyUp, stage } from './stage.ts'

test("by keys alone a browser is paired in the app as the laptop's own process serves it, a file is added, deleted and brought back", async () => {
  await everybodyUp()
  const phone = await stage.phone(DESKTOP, stage.laptop.app)
  const page = await phone.open()
  const { keyboard } = page
  await page.getByRole('heading', { level: 1 }).waitFor()
  await enter(page, page.getByRole('link', { name: 'I have a device already' }))
  await page.getByRole('heading', { name: 'Pair with your device' }).waitFor()
  await tabTo(page, page.getByRole('radio', { name: 'Link' }))
  const offer = new OfferFrom(stage.laptop)
  const { link } = await offer.told()
  await tabTo(page, page.getByLabel('Pairing link'))
  await keyboard.insertText(link)
  await enter(page, page.getByRole('button', { name: 'Continue' }))
  await page.getByLabel('The four words to compare').waitFor()
  offer.answer(true)
  await page.getByRole('heading', { name: 'Protect this device' }).waitFor()
  await tabTo(page, page.getByLabel('Passphrase', { exact: true }))
  await keyboard.type(PASSPHRASE)
  await tabTo(page, page.getByLabel('Passphrase again'))
  await keyboard.type(PASSPHRASE)
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Files', level: 1 }).waitFor()

  writeFileSync(stage.path('letter.txt'), 'Dear Anna')
  await enter(page, page.getByRole('button', { name: 'Add', exact: true }))
  const chooser = page.waitForEvent('filechooser')
  await enter(page, page.getByRole('button', { name: 'Add files' }))
  await (await chooser).setFiles(stage.path('letter.txt'))
  const files = new FilesPage(page)
  await files.cell('letter.txt').waitFor()
  await stage.laptop.shows('/', ['letter.txt'])

  await tabTo(page, files.cell('letter.txt'))
  await keyboard.press('Delete')
  await stage.laptop.shows('/', [])
  await enter(page, page.getByRole('button', { name: 'Undo' }))
  await files.cell('letter.txt').waitFor()
  await stage.laptop.shows('/', ['letter.txt'])
  phone.assertQuiet()
})

/** Presses Tab until this has the focus: whoever has no pointer gets there, too. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  assert.fail(`not reached by Tab: ${String(target)}`)
}

export async function enter(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('Enter')
}
