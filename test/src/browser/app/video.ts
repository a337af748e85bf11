// A film of 64 MB (200 MB in the long run) that lies on the laptop is looked at on the phone: what is jumped over stays there.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { until } from '../../e2e/until.ts'
import { film } from '../film/film.ts'
import { FilesPage } from '../files-page.ts'
import { unlock } from '../pair.ts'
import { phone, stage } from './stage.ts'

const MB = 1_000_000
const SIZE = (process.env['HOLDFAST_LONG'] === '1' ? 200 : 64) * MB

test(`a jump to the middle of a film of ${SIZE / MB} MB moves less than 8 MB`, async () => {
  const bytes = film(SIZE)
  assert.equal(bytes.length, SIZE)
  writeFileSync(stage.path('film.webm'), bytes)
  await stage.laptop.tell('add', { paths: [stage.path('film.webm')] })
  phone.expect(/status of 404 .*\/media\//) // what the player still asks for when the viewer is left
  await phone.worksOffline()
  const { page } = phone
  const files = new FilesPage(page)
  await files.go('/')
  const start = await received(page)
  await files.go('/')
  await files.open('film.webm')
  const player = page.getByLabel('Video: film.webm')
  // As much as the player wants before anybody plays it.
  await player.evaluate(
    (video: HTMLVideoElement) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          const isIdle = video.networkState === HTMLMediaElement.NETWORK_IDLE
          if (video.readyState >= HTMLMediaElement.HAVE_METADATA && isIdle) resolve()
        }
        for (const type of ['suspend', 'loadedmetadata', 'canplay', 'progress']) video.addEventListener(type, look)
        look()
      })
  )
  const before = await received(page)
  await files.go('/')
  await files.open('film.webm')
  const played = await player.evaluate(async (video: HTMLVideoElement) => {
    const hears = (type: string): Promise<unknown> =>
      new Promise((resolve) => video.addEventListener(type, resolve, { once: true }))
    video.muted = true
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) await hears('loadedmetadata')
    const seeked = hears('seeked')
    video.currentTime = video.duration / 2
    await seeked
    const moves = hears('timeupdate')
    await video.play()
    await moves
    video.pause()
    return { duration: video.duration, at: video.currentTime, width: video.videoWidth }
  })
  assert.deepEqual([played.duration, played.width], [600, 64])
  assert.ok(played.at >= 300 && played.at < 330, String(played.at))
  const after = await received(page)
  assert.ok(
    before - start > 0.1 * MB && after - before - start > 0.1 * MB && after - before < 8 * MB,
    `${start} ${before} ${after}`
  )
  phone.assertQuiet()
})

test('a film or a picture that nobody reachable has says so, and is shown once somebody is back', async () => {
  writeFileSync(stage.path('away.webm'), film(8 * MB))
  writeFileSync(stage.path('away.png'), Buffer.from(PNG, 'base64'))
  await stage.laptop.tell('add', { paths: [stage.path('away.webm'), stage.path('away.png')] })
  phone.expect(/status of 503 .*\/media\//)
  const { page } = phone
  const files = new FilesPage(page)
  await files.go('/')
  await files.cell('away.webm').waitFor()
  await files.cell('away.png').waitFor()
  await Promise.all([stage.laptop.goDown(), stage.relay.goDown()])
  await phone.offline(true)
  await files.open('away.png')
  await page.getByText('Nobody who has this can be reached now.').waitFor()
  await files.go('/')
  await files.open('away.webm')
  await page.getByText('Nobody who has this can be reached now.').waitFor()
  await Promise.all([stage.laptop.goUp(), stage.relay.goUp()])
  await phone.offline(false)
  const again = page.getByRole('button', { name: 'Try again' })
  const playing = page.locator('video')
  // Whoever is quicker than the connection tries once more.
  await until(async () => {
    if (await again.isVisible()) await again.click()
    const isThere = await playing
      .evaluateAll((videos) => videos.some((video) => (video as HTMLVideoElement).readyState > 0))
      .catch(() => false)
    return isThere ? true : undefined
  })
  await files.go('/')
  await files.open('away.png')
  await page.getByRole('img', { name: 'Picture: away.png' }).waitFor()
  phone.assertQuiet()
})

test('a page that adds asks before it is left, and says at the next start what was cut short', async () => {
  const { page } = phone
  const files = new FilesPage(page)
  await files.go('/')
  await files.makeFolder('cut short')
  await files.open('cut short')
  await files.heading('cut short')
  await page.getByTestId('add-files').setInputFiles(stage.path('film.webm'))
  await page.getByText('Adding 1 file').first().waitFor()
  let asked = ''
  page.once('dialog', (dialog) => {
    asked = dialog.type()
    void dialog.accept()
  })
  await phone.reload()
  assert.equal(asked, 'beforeunload')
  await unlock(phone)
  await page.getByText('1 file was being added when the app was last left.').waitFor()
  await phone.reload()
  await unlock(phone)
  await files.heading('Files')
  assert.equal(await page.getByText('when the app was last left').count(), 0, 'told once')
  phone.assertQuiet()
})

/** One pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Bytes that came since the page was opened, as Activity tells them. */
async function received(page: Page): Promise<number> {
  await page.getByRole('link', { name: 'Activity' }).click()
  const sums = await page.getByText('Since this page was opened').innerText()
  const [, number, unit = ''] = /: ([\d.]+) (\w+) brought/.exec(sums) ?? []
  return Number(number) * ({ byte: 1, bytes: 1, kB: 1000, MB }[unit] ?? Number.NaN)
}
