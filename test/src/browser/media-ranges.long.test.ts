// Opened films and sounds come through the service worker in ranges: each form of one, as a browser's player asks for them, and nothing else.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { noise } from '../conformance/subject.ts'
import { bringUp, newStage } from './harness.ts'
import { pair } from './pair.ts'

const stage = await newStage()
const SIZE = 5_000_044
const PIECE_BYTES = 2 << 20
const sound = wav(SIZE)

test('a sound that lies on the laptop plays from any point; every range of it is right, and its address dies with the page', async () => {
  await bringUp(stage)
  writeFileSync(stage.path('waves.wav'), sound)
  await stage.laptop.tell('add', { paths: [stage.path('waves.wav')] })
  const phone = await stage.phone()
  await pair(phone, stage.laptop)
  await phone.worksOffline()
  const { page } = phone
  await page.getByText('waves').first().click()
  const player = page.locator('audio')
  await player.waitFor()
  const address = await player.evaluate((audio: HTMLAudioElement) => audio.src)

  const get = (range?: string) =>
    page.evaluate(
      async ([url, asked]) => {
        const answer = await fetch(url!, asked === undefined ? {} : { headers: { Range: asked } })
        const body = new Uint8Array(await answer.arrayBuffer())
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body))
        return {
          status: answer.status,
          range: answer.headers.get('Content-Range'),
          sha256: [...digest],
          bytes: body.length
        }
      },
      [address, range]
    )
  const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<number[]> => [
    ...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  ]
  const last = SIZE - 1
  const cases: [string, number, number][] = [
    ['bytes=0-1', 0, 1],
    ['bytes=1000-1999', 1000, 1999],
    ['bytes=0-', 0, PIECE_BYTES - 1],
    ['bytes=-44', SIZE - 44, last],
    [`bytes=3000000-${SIZE * 2}`, 3_000_000, last]
  ]
  for (const [range, start, end] of cases) {
    const answer = await get(range)
    assert.equal(answer.status, 206, range)
    const [, from, to] = /^bytes (\d+)-(\d+)\/5000044$/.exec(String(answer.range))!.map(Number)
    assert.equal(from, start, range)
    assert.ok(to! <= end && to! >= Math.min(end, start + (1 << 20) - 1), `${range}: ${answer.range}`)
    assert.deepEqual(answer.sha256, await sha256(sound.slice(from, to! + 1)), range)
  }
  phone.expect(/status of 416/)
  const past = await get(`bytes=${SIZE}-`)
  assert.deepEqual([past.status, past.range], [416, `bytes */${SIZE}`])
  const whole = await get()
  assert.deepEqual([whole.status, whole.bytes, whole.sha256], [200, SIZE, await sha256(sound)])

  const atMs = await player.evaluate(async (audio: HTMLAudioElement) => {
    const middle = audio.duration / 2
    const seeked = new Promise((resolve) => audio.addEventListener('seeked', resolve, { once: true }))
    audio.currentTime = middle
    await seeked
    return Math.abs(audio.currentTime - middle)
  })
  assert.ok(atMs < 1)

  await phone.reload()
  await page.getByRole('heading').first().waitFor()
  phone.expect(/status of 404/)
  assert.equal(await page.evaluate((url) => fetch(url).then(({ status }) => status), address), 404)
})

/** One channel of 8-bit noise at 8 kHz. */
function wav(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  const text = (at: number, value: string): void => bytes.set(new TextEncoder().encode(value), at)
  text(0, 'RIFF')
  view.setUint32(4, size - 8, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true) // PCM
  view.setUint16(22, 1, true)
  view.setUint32(24, 8000, true)
  view.setUint32(28, 8000, true)
  view.setUint16(32, 1, true)
  view.setUint16(34, 8, true)
  text(36, 'data')
  view.setUint32(40, size - 44, true)
  bytes.set(noise(7, size - 44), 44)
  return bytes
}
