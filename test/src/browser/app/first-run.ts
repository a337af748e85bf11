// From nothing to a vault, by each of the ways there are, and what a person is told where it does not work.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { DeviceId } from '@holdfast/core/base/ids'
import { encodePairingLink } from '@holdfast/core/vault/pairing-messages'
import type { Page } from 'playwright-core'
import { inside, protect, unlock } from '../pair.ts'
import { OfferFrom } from '../offer.ts'
import { alone, everybodyUp, phone, stage, WITHOUT_PRECACHE } from './stage.ts'

const { laptop } = stage
/** The file with the words, as it was saved before there was a relay. */
export let savedKit = ''

test('a vault made on the phone is shown only to somebody who kept its 24 words, also when the app is killed before; then it locks and unlocks', async () => {
  let page = await alone.open()
  await page.getByRole('link', { name: 'Create a new vault' }).click()
  await page.getByLabel('Passphrase', { exact: true }).fill('password1')
  await page.getByRole('button', { name: 'Create the vault' }).click()
  await page.getByText('It is among the first that anybody would try.').first().waitFor()
  await protect(alone, 'phone', 'Create the vault')
  const kit = await wordsOn(page)
  assert.equal(kit.length, 24)
  await alone.kill()
  page = await alone.open()
  await unlock(alone)
  assert.deepEqual(await wordsOn(page), kit, 'nothing but the kit is shown')
  assert.equal(await page.getByRole('link', { name: 'Files' }).count(), 0)
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as a file' }).click()
  ])
  savedKit = readFileSync(await saved.path(), 'utf8')
  assert.match(savedKit, new RegExp(kit.join(' ')))
  await page.getByRole('button', { name: 'I have kept the words' }).click()
  await page.getByRole('button', { name: 'Finish' }).click()
  await page
    .getByText(/This is not word number/)
    .first()
    .waitFor()
  for (const field of await page.getByRole('textbox', { name: /Word number/ }).all()) {
    const label = await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent ?? '')
    await field.fill(kit[Number(/\d+/.exec(label)) - 1]!.toUpperCase())
  }
  await page.getByRole('button', { name: 'Finish' }).click()
  await inside(alone)

  await alone.reload()
  await page.getByLabel('Passphrase of this device').fill('not this one')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await page.getByText('This is not the passphrase of this device.').waitFor()
  await unlock(alone)
  await inside(alone)
  await page.getByRole('link', { name: 'You' }).click()
  await page.getByText(/You typed words of it back/).waitFor()
  await page.getByRole('button', { name: 'Lock now' }).click()
  await page.getByRole('heading', { name: 'Unlock' }).waitFor()
})

async function wordsOn(page: Page): Promise<string[]> {
  const list = page.getByRole('list', { name: 'The 24 words, in order' })
  await list.waitFor()
  return (await list.getByRole('listitem').allInnerTexts()).map((word) => word.replace(/[^a-z]/g, ''))
}

test('whoever is not let in is told so and what to do; nothing is left behind', async () => {
  await everybodyUp()
  const other = await stage.phone(WITHOUT_PRECACHE)
  const page = await other.open(`#/join/${encodeURIComponent('holdfast:pair/AAAA')}`)
  await page.getByText('This is not a pairing link.').waitFor() // before anything else is asked for
  assert.equal(new URL(page.url()).hash, '#/join', 'the secret does not stay in the address')
  await page.getByText('Code: BAD_LINK').waitFor()
  const onlyTcp = [{ peer: 'ab'.repeat(32) as DeviceId, addresses: ['/ip4/127.0.0.1/tcp/4256'] }]
  await page.getByRole('radio', { name: 'Link' }).check()
  await page.getByLabel('Pairing link').fill(encodePairingLink({ secret: new Uint8Array(16), meetAt: onlyTcp }))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('Code: NOT_FOR_BROWSERS').waitFor()

  const offer = new OfferFrom(laptop)
  await page.getByRole('radio', { name: 'Words' }).check()
  const { words, addresses } = await offer.told()
  await page.getByLabel('The twelve words').fill(words.join('\n'))
  const address = page.getByLabel('Address', { exact: true })
  await address.fill('/ip4/127.0.0.1/tcp/4256')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText(/A browser cannot use this address/).waitFor()
  await address.fill(addresses.join(' '))
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('The four words to compare').waitFor()
  offer.answer(false)
  await page.getByText('Code: PAIRING_DECLINED').waitFor()
  await offer.ended.catch(() => undefined)
  assert.deepEqual(await page.evaluate(() => indexedDB.databases().then((all) => all.map(({ name }) => name))), [
    'holdfast-files'
  ])
  await other.reload()
  await page.getByRole('heading', { name: 'Pair with your device' }).waitFor()
})

test('a phone that was let in lets the next one in, by what it shows, also when that one was interrupted first', async () => {
  await everybodyUp()
  const first = phone
  const second = await stage.phone(WITHOUT_PRECACHE)
  const offer = new OfferFrom(laptop)
  const page = await first.open(`#/join/${encodeURIComponent((await offer.told()).link)}`)
  const words = await page.getByLabel('The four words to compare').innerText()
  assert.equal(words.split(/\s+/).join(' '), (await offer.candidate()).words.join(' '))
  offer.answer(true)
  await protect(first, 'phone', 'Finish')
  await inside(first)

  await page.getByRole('link', { name: 'Devices' }).click()
  const theirs = await second.open('#/join')
  await typing(theirs)
  await letInBy(page, theirs)
  await theirs.getByLabel('Name of this device').waitFor()
  await second.reload()
  await typing(theirs)
  await theirs.getByText('Setting up was not finished').waitFor()
  await page.getByText(/was let in, but did not say that it could finish/).waitFor()
  await page.getByRole('button', { name: 'See your devices' }).click()
  await page.getByRole('listitem').filter({ hasText: 'Has never been here' }).waitFor()

  await letInBy(page, theirs)
  await protect(second, 'tablet \u202egpj', 'Finish')
  await inside(second)
  await page.getByRole('button', { name: 'See your devices' }).click()
  await page.getByRole('listitem').filter({ hasText: 'tablet \\u202egpj' }).waitFor()
  await page.getByRole('listitem').filter({ hasText: 'laptop' }).waitFor()
})

/** Words are to be typed: at once, as the camera has another invitation before it. */
function typing(page: Page): Promise<void> {
  return page.getByRole('radio', { name: 'Words' }).check()
}

/** Whoever shows the list of its devices lets another one in, that types what is shown. */
async function letInBy(page: Page, theirs: Page): Promise<void> {
  await page.getByRole('link', { name: 'Add a device' }).click()
  await page.getByRole('img', { name: 'The pairing link as a picture to scan' }).waitFor()
  await page.getByText('Type it instead').click()
  const twelve = await page.getByRole('list', { name: 'The twelve words' }).getByRole('listitem').allInnerTexts()
  const address = (await page.locator('dd').allInnerTexts()).find((one) => one.includes('/ws'))!
  await theirs.getByLabel('The twelve words').fill(twelve.join(' '))
  await theirs.getByLabel('Address', { exact: true }).fill(address)
  await theirs.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: / wants to join/ }).waitFor()
  const label = 'The four words to compare'
  assert.equal(await page.getByLabel(label).innerText(), await theirs.getByLabel(label).innerText())
  await page.getByRole('button', { name: 'They are the same: let it in' }).click()
}
