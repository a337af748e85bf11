// The app as a program: it opens, asks nobody but its own address, and opens again without a network.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { PHONE } from '../harness.ts'
import { stage } from './stage.ts'

test('the app opens, allows itself nothing it does not need, and opens again without a network', async () => {
  const phone = await stage.phone()
  const page = await phone.open()
  await page.getByRole('heading').first().waitFor()
  assert.equal(await page.evaluate(() => isSecureContext), true)
  await phone.worksOffline()
  await phone.offline(true)
  await phone.reload()
  await page.getByRole('heading').first().waitFor()
  const answered = await page.evaluate(() =>
    fetch('./nothing.txt').then(
      () => 'answered',
      () => 'failed'
    )
  )
  assert.equal(answered, 'failed', 'the service worker answers for nothing else')
  phone.assertQuiet()
})

test('the first screen comes with less than 200 KB of scripts and styles', async () => {
  const phone = await stage.phone({ ...PHONE, serviceWorkers: 'block' })
  const sizes = new Map<string, Promise<number>>()
  phone.context.on('response', (response) => {
    if (/\.(?:js|css)$/.test(response.url()))
      sizes.set(
        response.url(),
        response.body().then((body) => gzipSync(body).length)
      )
  })
  const page = await phone.open()
  await page.getByRole('heading').first().waitFor()
  await page.waitForLoadState('networkidle')
  const bytes = (await Promise.all(sizes.values())).reduce((sum, size) => sum + size, 0)
  assert.ok(sizes.size >= 3 && bytes > 50_000, `scripts of page and worker and styles: ${[...sizes.keys()].join(' ')}`)
  assert.ok(bytes < 200_000, `${bytes} bytes`)
})
