import assert from 'node:assert/strict'
import { test } from 'node:test'
import { launch } from './chromium.ts'
import { servePage } from './in-page/serve.ts'

const address = await servePage('stores')
const browser = await launch()
const page = await browser.newPage()
await page.goto(address)
await page.waitForFunction('globalThis.suites !== undefined')
const titles = await page.evaluate<string[]>('suites.titles')

for (const [at, title] of titles.entries())
  test(`in the browser's database: ${title}`, async () => {
    assert.equal(await page.evaluate<string | undefined>(`suites.run(${at})`), undefined)
  })
