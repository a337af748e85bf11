// What a person does with files on a phone, with the laptop and the relay at the other end.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { until } from '../../e2e/until.ts'
import { FilesPage } from '../files-page.ts'
import { inside, pair, unlock } from '../pair.ts'
import { everybodyUp, phone, stage } from './stage.ts'

const { laptop } = stage
let files: FilesPage

/** Names that a page, an address or a plain object would trip over, and that file systems take. */
const HOSTILE = [
  '__proto__',
  'constructor',
  '<img src=x onerror=alert(1)>#?&%2F.txt',
  'a@0f0f0f0f',
  ' two  spaces .txt',
  `"quoted' \`name\`.txt`,
  'e\u0301.txt',
  '\u00e9.txt',
  'zero\u200bwidth.txt',
  '👩\u200d👧.txt',
  `${'l'.repeat(247)}.txt`
]

test('what the laptop has is there after pairing, and opens without ever being run', async () => {
  const from = stage.path('from')
  mkdirSync(`${from}/docs`, { recursive: true })
  writeFileSync(`${from}/docs/letter.txt`, 'Dear Anna')
  writeFileSync(`${from}/docs/page.html`, '<script>document.title = "owned"</script><h1>Hello</h1>')
  writeFileSync(`${from}/docs/drawing.svg`, '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
  writeFileSync(`${from}/docs/dot.png`, Buffer.from(PNG, 'base64'))
  await everybodyUp()
  await laptop.tell('add', { paths: [from], to: '/' })
  await pair(phone, laptop)
  files = new FilesPage(phone.page)
  // Drawing what moves took a third of these scenes; in app.test.ts everything moves.
  await phone.page.emulateMedia({ reducedMotion: 'reduce' })
  const { page } = files
  await files.open('docs')
  await files.open('letter.txt')
  await page.getByText('Dear Anna').waitFor()
  await page.getByRole('button', { name: 'Back to the folder' }).click()
  for (const [name, text] of [
    ['page.html', '<h1>Hello</h1>'],
    ['drawing.svg', '<script>alert(1)</script>']
  ] as const) {
    await files.open(name)
    await page
      .getByRole('region', { name: `Text of ${name}` })
      .getByText(text)
      .waitFor()
    assert.equal(await page.locator('main iframe, main img, main object, main embed').count(), 0)
    // What the browser keeps in its history names nothing.
    assert.equal(await page.title(), 'File · Holdfast')
    assert.doesNotMatch(decodeURIComponent(page.url()), new RegExp(name))
    await page.getByRole('button', { name: 'Back to the folder' }).click()
  }
  await files.open('dot.png')
  const picture = page.getByRole('img', { name: 'Picture: dot.png' })
  await picture.waitFor()
  assert.equal(await picture.evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth)), 1)
  // Where the copies are is said by name.
  await page.getByText('You, on laptop').waitFor()
})

test('what is added, named, moved, deleted and brought back on the phone is so on the laptop', async () => {
  await files.go('/')
  await files.makeFolder('trip')
  await files.add({ name: 'a.txt', text: 'first' }, { name: 'b.txt', text: 'second' })
  await files.says('2 files added')
  await laptop.shows('/', [
    'a.txt',
    'b.txt',
    'docs',
    'docs/dot.png',
    'docs/drawing.svg',
    'docs/letter.txt',
    'docs/page.html',
    'trip'
  ])
  await files.rename('a.txt', 'c.txt')
  await files.act('c.txt', 'Move')
  await files.page.getByRole('dialog').getByRole('button', { name: 'trip' }).click()
  await files.page.getByRole('button', { name: 'Move here' }).click()
  await files.cell('c.txt').waitFor({ state: 'detached' })
  await files.act('b.txt', 'Delete')
  await files.cell('b.txt').waitFor({ state: 'detached' })
  await laptop.shows('/trip', ['c.txt'])
  await files.page.getByRole('button', { name: 'Undo' }).click()
  await files.cell('b.txt').waitFor()
  // Not twice under one name: as a new version, or beside it.
  await files.add({ name: 'b.txt', text: 'changed' })
  await files.page.getByRole('button', { name: 'New version' }).click()
  await until(async () => ((await laptop.text('/b.txt').catch(() => '')) === 'changed' ? true : undefined))
  await files.add({ name: 'b.txt', text: 'another' })
  await files.page.getByRole('button', { name: 'Keep both' }).click()
  await files.cell('b (2).txt').waitFor()
  await files.open('b.txt')
  await files.page.getByRole('button', { name: 'Bring back' }).click()
  await files.page.getByText('second').waitFor()
  await until(async () => ((await laptop.text('/b.txt').catch(() => '')) === 'second' ? true : undefined))
  // On the relay, on the laptop and here: said by name.
  await files.page
    .getByText(/this device.*laptop|this device.*Pi/i)
    .first()
    .waitFor()
})

test('what was deleted is listed in Activity and comes back from there', async () => {
  const { page } = files
  await files.go('/')
  await files.add({ name: 'gone.txt', text: 'not for ever' })
  await files.act('gone.txt', 'Delete')
  await files.cell('gone.txt').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Activity' }).click()
  await page.getByRole('button', { name: 'Show what was deleted' }).click()
  const row = page.getByRole('list', { name: 'Deleted' }).getByRole('listitem').filter({ hasText: 'gone.txt' })
  await row.getByRole('button', { name: 'Bring back' }).click()
  await files.says('It is back where it was.')
  await row.waitFor({ state: 'detached' })
  await files.go('/')
  await files.act('gone.txt', 'Delete')
  await files.cell('gone.txt').waitFor({ state: 'detached' })
})

test('search finds what lies anywhere, by keys alone several are chosen and deleted', async () => {
  const { page } = files
  await files.go('/')
  await page.getByRole('searchbox', { name: 'Search' }).fill('DOT')
  await files.cell('dot.png').getByText('/docs').waitFor()
  await page.getByRole('searchbox', { name: 'Search' }).fill('')
  await files.go('/docs')
  await files.cell('dot.png').focus()
  await page.keyboard.press('Shift+End')
  await page.getByRole('toolbar', { name: '4 selected' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Home')
  await page.keyboard.press('Space')
  await page.keyboard.press('Delete')
  await files.cell('dot.png').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await files.cell('dot.png').waitFor()
})

test('names made to break things are shown, opened, renamed and deleted like any other', async () => {
  const folder = stage.path('names')
  mkdirSync(folder)
  for (const [i, name] of HOSTILE.entries()) writeFileSync(`${folder}/${name}`, `content ${i}`)
  await laptop.tell('add', { paths: [folder], to: '/names' })
  const there = await laptop.view('/names')
  assert.equal(there.length, HOSTILE.length)
  await files.go('/names')
  const { page } = files
  await page.getByText(`${HOSTILE.length} items`).waitFor()
  for (const name of ['__proto__', '<img src=x onerror=alert(1)>#?&%2F.txt', 'a@0f0f0f0f']) {
    await files.rename(name, `x${name}`)
    await files.rename(`x${name}`, name)
    await files.open(name)
    await files.heading(name)
    await page.getByRole('button', { name: 'Back to the folder' }).click()
    await files.act(name, 'Delete')
    await files.cell(name).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await files.cell(name).waitFor()
  }
  // What cannot be seen is shown as a number; what belongs together stays together.
  await page.getByRole('searchbox', { name: 'Search' }).fill('width')
  await page.getByText('zero\\u200bwidth').waitFor()
  await page.getByRole('searchbox', { name: 'Search' }).fill('👩')
  await files.cell('👩\u200d👧.txt').waitFor()
  assert.deepEqual(await laptop.view('/names'), there)
})

test('what phone and laptop made of one file stands side by side until somebody chooses', async () => {
  const { page } = files
  await files.go('/')
  await files.add({ name: 'plan.txt', text: 'the plan' }, { name: 'list.txt', text: 'the list' })
  await until(async () => ((await laptop.text('/list.txt').catch(() => '')) === 'the list' ? true : undefined))
  await laptop.goDown()
  for (const name of ['plan.txt', 'list.txt']) {
    writeFileSync(stage.path(name), `${name} by the laptop`)
    await laptop.run('add', stage.path(name), '--to', '/')
    await files.add({ name, text: `${name} by the phone` })
    await page.getByRole('button', { name: 'New version' }).click()
    await files.says('1 file added')
  }
  await laptop.goUp()
  await page.getByRole('link', { name: 'Activity' }).click()
  const plan = page.getByRole('article', { name: '/plan.txt' })
  await plan.getByRole('region', { name: 'From this device' }).getByText('plan.txt by the phone').waitFor()
  await plan.getByRole('region', { name: 'From laptop' }).getByText('plan.txt by the laptop').waitFor()
  await plan.getByRole('button', { name: 'Keep theirs' }).click()
  await plan.waitFor({ state: 'detached' })
  const list = page.getByRole('article', { name: '/list.txt' })
  await list.getByRole('button', { name: 'Keep both' }).click()
  await list.waitFor({ state: 'detached' })
  await until(async () => ((await laptop.conflicts()).length === 0 ? true : undefined))
  assert.equal(await laptop.text('/plan.txt'), 'plan.txt by the laptop')
  const lists = (await laptop.view()).filter((path) => path.startsWith('list'))
  const contents = await Promise.all(lists.map((path) => laptop.text(`/${path}`)))
  assert.deepEqual(contents.sort(), ['list.txt by the laptop', 'list.txt by the phone'])
  phone.assertQuiet()
})

test('without a network, loaded anew: what is kept here opens, and what is added and named then is on the laptop later', async () => {
  const { page } = files
  await files.go('/docs')
  await files.act('letter.txt', 'Keep on this device')
  await files.cell('letter.txt').getByText('Here', { exact: true }).waitFor()
  await phone.worksOffline()
  await phone.offline(true)
  await Promise.all([laptop.goDown(), stage.relay.goDown()])
  await phone.reload()
  await unlock(phone)
  await inside(phone)
  await files.go('/docs')
  await files.open('letter.txt')
  await page.getByText('Dear Anna').waitFor()
  await files.go('/')
  await files.add({ name: 'on the plane.txt', text: 'above the clouds' })
  await files.says('1 file added')
  await files.rename('on the plane.txt', 'in the air.txt')
  await files.open('in the air.txt')
  await page.getByText('above the clouds').waitFor()
  await files.go('/')
  await phone.reload()
  await unlock(phone)
  await files.cell('in the air.txt').waitFor()
  await Promise.all([laptop.goUp(), stage.relay.goUp()])
  await phone.offline(false)
  await until(async () =>
    (await laptop.text('/in the air.txt').catch(() => '')) === 'above the clouds' ? true : undefined
  )
  phone.assertQuiet()
})

/** One pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
