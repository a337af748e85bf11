import { openSync, closeSync, writeSync } from 'node:fs'
import { test } from 'node:test'
import { matrixOf } from '@holdfast/pwa/qr/picture-path'
import { OfferFrom } from '../offer.ts'
import type { Phone } from '../phone.ts'
import { everybodyUp, film, stage, WITHOUT_PRECACHE } from './stage.ts'

let phone: Phone

test('the camera reads the code of another device, passes over those of others, and is let go then', async () => {
  await everybodyUp()
  const offer = new OfferFrom(stage.laptop)
  // First a code of somebody else, as one meets them everywhere, then the one that is looked for.
  writeFilm(film, [
    ['https://example.org/', 4],
    [(await offer.told()).link, 20]
  ])
  phone = await stage.phone(WITHOUT_PRECACHE)
  const page = await phone.open('#/join')
  await page.getByRole('radio', { name: 'Scan' }).check()
  await page.getByLabel('The four words to compare').waitFor()
  await page.waitForFunction(() => document.querySelector('video') === null)
  offer.answer(false)
  await page.getByText('Code: PAIRING_DECLINED').waitFor()
  phone.assertQuiet()
  await phone.kill()
})

test('without leave to use the camera a person is told how to go on', async () => {
  const page = await phone.open('#/join')
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
  })
  await page.getByRole('radio', { name: 'Scan' }).check()
  await page.getByText('The camera is not allowed').waitFor()
  await page.getByRole('button', { name: 'Try the camera again' }).waitFor()
  await page.getByRole('radio', { name: 'Link' }).check()
  const offer = new OfferFrom(stage.laptop)
  await page.getByLabel('Pairing link').fill(`My link:\n${(await offer.told()).link}`)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('The four words to compare').waitFor()
  offer.answer(false)
  await page.getByText('Code: PAIRING_DECLINED').waitFor()
})

/** A film without compression, 10 frames a second: each text as a QR code for so many frames. The browser plays it again and again. */
function writeFilm(path: string, scenes: readonly (readonly [text: string, frames: number])[]): void {
  const [width, height] = [640, 480]
  const file = openSync(path, 'w')
  writeSync(file, `YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`)
  for (const [text, frames] of scenes) {
    const frame = Buffer.alloc(6 + (width * height * 3) / 2, 128)
    frame.write('FRAME\n')
    draw(frame.subarray(6, 6 + width * height), width, height, text)
    for (let at = 0; at < frames; at++) writeSync(file, frame)
  }
  closeSync(file)
}

/** Brightness, a byte a pixel: grey, and the code with its white edge in the middle. */
function draw(pixels: Uint8Array, width: number, height: number, text: string): void {
  const rows = matrixOf(text)!
  const scale = Math.floor((height * 0.95) / rows.length)
  const left = Math.floor((width - rows.length * scale) / 2)
  const top = Math.floor((height - rows.length * scale) / 2)
  rows.forEach((row, y) =>
    row.forEach((isBlack, x) => {
      for (let line = 0; line < scale; line++) {
        const start = (top + y * scale + line) * width + left + x * scale
        pixels.fill(isBlack ? 16 : 235, start, start + scale)
      }
    })
  )
}
