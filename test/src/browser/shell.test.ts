// The app as a program: it opens, asks nobody but its own address, and opens again without a network.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newStage } from './harness.ts'

const stage = await newStage()

test('the app opens, allows itself nothing it does not need, and opens again without a network', async () => {
  const phone = await stage.phone()
  const page = await phone.open()
  await page.locator('#app > *').first().waitFor()
  assert.equal(await page.evaluate(() => isSecureContext), true)
  await phone.worksOffline()
  await phone.offline(true)
  await phone.reload()
  await page.locator('#app > *').first().waitFor()
  const answered = await page.evaluate(() =>
    fetch('./nothing.txt').then(
      () => 'answered',
      () => 'failed'
    )
  )
  assert.equal(answered, 'failed', 'the service worker answers for nothing else')
  phone.assertQuiet()
})
