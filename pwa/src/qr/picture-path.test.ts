import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeQr } from './decode.ts'
import { matrixOf, qrPath } from './picture-path.ts'

const LINK = `holdfast:pair/${'AbC-_9'.repeat(70)}`
const SCALE = 4

test('what is drawn is read back by what scans, with the white edge that readers need', () => {
  const rows = matrixOf(LINK)!
  assert.equal(rows.slice(0, 4).flat().includes(true), false)
  const side = rows.length * SCALE
  assert.equal(decodeQr(pixels(rows), side, side), LINK)
})

test('the drawing has every black module and no other', () => {
  const rows = matrixOf('HOLDFAST')!
  const { size, path } = qrPath('HOLDFAST')!
  assert.equal(size, rows.length)
  const drawn = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].flatMap(([, x, y, width]) =>
    Array.from({ length: Number(width) }, (_, at) => `${Number(x) + at} ${y}`)
  )
  const black = rows.flatMap((row, y) => row.flatMap((isBlack, x) => (isBlack ? [`${x} ${y}`] : [])))
  assert.deepEqual(drawn.toSorted(), black.toSorted())
})

test('a text that fits no code is no error: it is shown in another way', () => {
  assert.equal(qrPath('x'.repeat(4000)), undefined)
})

function pixels(rows: readonly (readonly boolean[])[]): Uint8ClampedArray {
  const size = rows.length * SCALE
  const data = new Uint8ClampedArray(size * size * 4).fill(255)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      if (rows[Math.floor(y / SCALE)]![Math.floor(x / SCALE)] === true)
        data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3)
  return data
}
