// A vault that was made on a phone, before there is any other device, and after the phone is lost.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { FilesPage } from '../files-page.ts'
import { inside, protect, unlock } from '../pair.ts'
import { BUILD, NEXT_BUILD, releaseNext } from '../release.ts'
import { savedKit } from './first-run.ts'
import { alone, everybodyUp, stage } from './stage.ts'

/** With the relay. */
let wholeKit = ''

test('a phone without any other device is told to add a relay first; the kit is saved anew then, and what it adds is there, too', async () => {
  await everybodyUp()
  const { page } = alone
  await unlock(alone)
  await inside(alone)
  await page.getByRole('link', { name: 'Devices' }).click()
  await page.getByRole('link', { name: 'Add a device' }).click()
  await page.getByText('Add a relay first').waitFor()
  await page.getByRole('button', { name: 'Add a relay' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Invitation code of the relay').fill(await stage.relay.invite())
  await dialog.getByRole('button', { name: 'Add a relay' }).click()
  await page.getByRole('button', { name: 'Put it into the kit' }).click()
  await chooseKit(page, savedKit)
  await page.getByRole('button', { name: 'Check it' }).click()
  await page.getByText('These are the words of your vault.').waitFor()
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save the whole kit' }).click()
  ])
  wholeKit = readFileSync(await saved.path(), 'utf8')
  assert.ok(wholeKit.startsWith(savedKit) && /^relay [0-9a-f]{64} \//m.test(wholeKit))
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('img', { name: 'The pairing link as a picture to scan' }).waitFor()
  const files = new FilesPage(page)
  await files.go('/')
  await files.add({ name: 'letter.txt', text: 'Dear me,' })
  await page.getByRole('link', { name: 'Devices' }).click()
  await page.getByText('1 file is in two places or more').waitFor()
})

test('a newer build is offered, taken when a person says so, opens without a network, and has everything that was here', async () => {
  const { page } = alone
  await page.getByRole('link', { name: 'You' }).click()
  await page.getByText(`Build ${BUILD}`).waitFor()
  releaseNext(stage.path('site'))
  // Somebody comes back to the page.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await page.getByText('A new version is ready').waitFor()
  await page.getByText(`Build ${BUILD}`).waitFor() // never under their hands
  await page.getByRole('button', { name: 'Update now' }).click()
  await page.getByRole('heading', { name: 'Unlock', exact: true }).waitFor()
  await alone.offline(true)
  await alone.reload()
  await unlock(alone)
  await inside(alone)
  await page.getByRole('link', { name: 'You' }).click()
  await page.getByText(`Build ${NEXT_BUILD}`).waitFor()
  const files = new FilesPage(page)
  await files.go('/')
  await files.open('letter.txt')
  await page.getByText('Dear me,').waitFor()
  const caches = await page.evaluate(async () => (await globalThis.caches.keys()).length)
  assert.equal(caches, 1, 'the older build is gone')
  alone.assertQuiet()
})

test('a lost phone: its vault comes back on a new one, by the kit and a relay, without any computer', async () => {
  await alone.context.close()
  const found = await stage.phone()
  const theirs = await found.open()
  await theirs.getByRole('link', { name: 'I have only my recovery kit' }).click()
  await chooseKit(theirs, savedKit)
  await theirs.getByRole('button', { name: 'Continue' }).click()
  await theirs.getByText(/a relay has to be named/).waitFor()
  await chooseKit(theirs, wholeKit)
  await theirs.getByRole('button', { name: 'Continue' }).click()
  await protect(found, 'new phone', 'Bring it back')
  await inside(found)
  await new FilesPage(theirs).open('letter.txt')
  await theirs.getByText('Dear me,').waitFor()
  await theirs.getByRole('link', { name: 'Devices' }).click()
  const relay = theirs.getByRole('listitem').filter({ hasText: /uses .* of |uses / })
  await relay.filter({ hasText: 'Not checked yet' }).waitFor()
  await theirs.getByRole('button', { name: 'Check everything' }).click()
  await relay.filter({ hasText: 'Checked just now' }).waitFor()
  await theirs
    .getByRole('listitem')
    .filter({ hasText: 'This device' })
    .filter({ hasText: 'Checked just now' })
    .waitFor()

  await theirs.getByRole('link', { name: 'You' }).click()
  await theirs.getByRole('button', { name: 'Take out …' }).click()
  await theirs.getByRole('button', { name: 'Begin' }).click()
  const [archive] = await Promise.all([
    theirs.waitForEvent('download'),
    theirs.getByRole('button', { name: 'Save archive 1' }).click()
  ])
  assert.equal(archive.suggestedFilename(), 'holdfast-1.zip')
  const taken = readFileSync(await archive.path(), 'latin1')
  assert.ok(taken.startsWith('PK') && taken.includes('letter.txtDear me,PK'), 'stored as it is, under its name')
  await theirs.getByText('1 file was taken out.').waitFor()
})

async function chooseKit(page: Page, text: string): Promise<void> {
  const kit = { name: 'kit.txt', mimeType: 'text/plain', buffer: Buffer.from(text) }
  await page.getByTestId('kit-file').setInputFiles(kit)
}
