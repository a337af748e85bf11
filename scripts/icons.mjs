// Draws the app's icon, a mooring ring, from one description: pwa/public/icon.svg and the PNGs beside it.
import { writeFileSync } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'
import { begin, inRoot } from './house.mjs'

begin(`
Usage: node scripts/icons.mjs

Draws pwa/public/icon.svg, icon-192.png, icon-512.png and icon-maskable-512.png.`)

const SIZE = 512
const CORNER = 96
const STROKE = 44
const GROUND = '#0B6B5D'
const INK = '#FAFAF8'
/** Where the ring hangs, and from what: lines as [x1, y1, x2, y2]. */
const ring = { x: 256, y: 312, radius: 96 }
const lines = [
  [152, 124, 360, 124],
  [256, 124, 256, 216]
]

writeFileSync(inRoot('pwa', 'public', 'icon.svg'), svg())
// A system may cut a maskable icon to any shape: ground to the edges, and all that matters within the middle four fifths.
for (const [name, size, corner, scale] of [
  ['icon-192', 192, CORNER, 1],
  ['icon-512', 512, CORNER, 1],
  ['icon-maskable-512', 512, 0, 0.8]
]) {
  writeFileSync(inRoot('pwa', 'public', `${name}.png`), png(size, paint(size, corner, scale)))
}

function svg() {
  const strokes = lines.map(([x1, y1, x2, y2]) => `<path d="M${x1} ${y1}L${x2} ${y2}"/>`).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}">
<rect width="${SIZE}" height="${SIZE}" rx="${CORNER}" fill="${GROUND}"/>
<g fill="none" stroke="${INK}" stroke-width="${STROKE}" stroke-linecap="round">${strokes}<circle cx="${ring.x}" cy="${ring.y}" r="${ring.radius}"/></g>
</svg>
`
}

/** RGBA rows; how much of a pixel is covered comes from the distance of its middle to the shape. */
function paint(size, corner, scale) {
  const pixels = Buffer.alloc(size * size * 4)
  const unit = SIZE / size
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [x, y] = [(column + 0.5) * unit, (row + 0.5) * unit]
      const [inX, inY] = [x, y].map((value) => (value - SIZE / 2) / scale + SIZE / 2)
      const ink = covered(toInk(inX, inY) * scale, unit)
      const color = [1, 3, 5].map((at) => Math.round(mix(channel(GROUND, at), channel(INK, at), ink)))
      pixels.set([...color, Math.round(255 * covered(toGround(x, y, corner), unit))], (row * size + column) * 4)
    }
  }
  return pixels
}

function covered(distance, unit) {
  return Math.min(1, Math.max(0, 0.5 - distance / unit))
}

function channel(color, at) {
  return Number.parseInt(color.slice(at, at + 2), 16)
}

function mix(from, to, part) {
  return from + (to - from) * part
}

function toInk(x, y) {
  const toRing = Math.abs(Math.hypot(x - ring.x, y - ring.y) - ring.radius)
  return Math.min(toRing, ...lines.map((line) => toLine(x, y, line))) - STROKE / 2
}

function toLine(x, y, [x1, y1, x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1]
  const along = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)))
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy)
}

function toGround(x, y, corner) {
  const [outX, outY] = [x, y].map((value) => Math.abs(value - SIZE / 2) - SIZE / 2 + corner)
  return Math.hypot(Math.max(outX, 0), Math.max(outY, 0)) + Math.min(Math.max(outX, outY), 0) - corner
}

function png(size, pixels) {
  const rows = Buffer.alloc(size * (size * 4 + 1)) // each row begins with a filter byte, 0
  for (let row = 0; row < size; row++) pixels.copy(rows, row * (size * 4 + 1) + 1, row * size * 4, (row + 1) * size * 4)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8) // 8 bits a channel, RGBA
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks])
}

function chunk(type, data) {
  const typed = Buffer.concat([Buffer.from(type), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(typed) >>> 0, 4)
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)])
}
