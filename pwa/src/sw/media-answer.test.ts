import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerMedia, MAX_BODY_BYTES } from './media-answer.ts'
import { asPiece } from './piece.ts'
import type { AskPiece } from './piece.ts'
import { parseRange } from './range.ts'

const SIZE = 5 * MAX_BODY_BYTES + 7
const file = new Uint8Array(SIZE).map((_, at) => (at * 31) >> 3)

interface FileGiven {
  readonly ask: AskPiece
  readonly asked: [number, number][]
}

/** A page that has this file open. */
function open(bytes: Uint8Array = file, contentType = 'video/mp4', name = 'a.mp4'): FileGiven {
  const asked: [number, number][] = []
  const ask: AskPiece = async (wantedStart, wantedEnd) => {
    asked.push([wantedStart, wantedEnd])
    const start = Math.min(wantedStart, bytes.length)
    const end = Math.min(wantedEnd, bytes.length)
    return { start, end, size: bytes.length, contentType, name, bytes: bytes.slice(start, end).buffer }
  }
  return { ask, asked }
}

function get(range: string | undefined, given: FileGiven, method = 'GET'): Promise<Response> {
  return answerMedia({ method, headers: new Headers(range === undefined ? {} : { Range: range }) }, given.ask)
}

test('every form of a range is answered with 206 and just those bytes, at most 2 MiB of them', async () => {
  const last = SIZE - 1
  const cases: [string, number, number][] = [
    ['bytes=0-1', 0, 1],
    ['bytes=0-0', 0, 0],
    ['bytes=100-199', 100, 199],
    ['bytes=0-', 0, MAX_BODY_BYTES - 1],
    [`bytes=${SIZE - 5}-`, SIZE - 5, last],
    [`bytes=${last}-${SIZE + 1000}`, last, last],
    ['bytes=-4', SIZE - 4, last],
    [`bytes=-${SIZE + 9}`, 0, MAX_BODY_BYTES - 1],
    [`bytes=7-${last}`, 7, 7 + MAX_BODY_BYTES - 1],
    ['Bytes = 3 - 4', 3, 4]
  ]
  for (const [range, first, end] of cases) {
    const answer = await get(range, open())
    assert.equal(answer.status, 206, range)
    assert.equal(answer.headers.get('Content-Range'), `bytes ${first}-${end}/${SIZE}`)
    assert.equal(answer.headers.get('Content-Length'), String(end - first + 1))
    assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), file.slice(first, end + 1), range)
  }
})

test('past the end there is nothing, and it says how long the file is', async () => {
  for (const range of [`bytes=${SIZE}-`, `bytes=${SIZE + 5}-${SIZE + 6}`, 'bytes=-0', 'bytes=999999999999999-']) {
    const answer = await get(range, open())
    assert.deepEqual([answer.status, answer.headers.get('Content-Range')], [416, `bytes */${SIZE}`], range)
  }
  assert.equal((await get('bytes=0-', open(new Uint8Array(0)))).status, 416)
})

test('what is no single range of bytes is answered with the whole file', () => {
  for (const range of [
    'bytes=',
    'bytes=-',
    'bytes=5-2',
    'bytes=0-1,4-5',
    'lines=1-2',
    'bytes=a-b',
    'bytes=-1-2',
    `bytes=${'9'.repeat(16)}-`
  ])
    assert.equal(parseRange(range), undefined, range)
  assert.equal(parseRange(null), undefined)
})

test('a whole file is drawn piece by piece, and never asked for faster than it is taken', async () => {
  const given = open()
  const answer = await get(undefined, given)
  assert.deepEqual([answer.status, answer.headers.get('Content-Length')], [200, String(SIZE)])
  assert.equal(given.asked.length, 1)
  const reader = answer.body!.getReader()
  await reader.read()
  await reader.read()
  assert.equal(given.asked.length, 2)
  await reader.cancel()
  assert.deepEqual(new Uint8Array(await (await get(undefined, open())).arrayBuffer()), file)
  assert.equal((await get(undefined, open(), 'HEAD')).headers.get('Content-Length'), String(SIZE))
})

test('a file that becomes another while it is drawn ends in an error, not in a mixture', async () => {
  const given = open()
  const answer = await get(undefined, {
    ...given,
    ask: async (start, end) => (start === 0 ? given.ask(start, end) : open(file.slice(1)).ask(start, end))
  })
  await assert.rejects(answer.arrayBuffer())
})

test('no content that could run is ever told by its type, and none has rights', async () => {
  const active = [
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/xml',
    'text/javascript',
    'video/mp4; x=1',
    'video/mp4\r\nX: 1',
    'IMAGE/SVG+XML',
    ''
  ]
  for (const type of active) {
    const { headers } = await get('bytes=0-9', open(file, type, 'x.html'))
    assert.equal(headers.get('Content-Type'), 'application/octet-stream', type)
    assert.match(String(headers.get('Content-Disposition')), /^attachment;/)
  }
  for (const type of ['image/png', 'image/avif', 'video/webm', 'audio/mpeg', 'application/pdf']) {
    const { headers } = await get('bytes=0-9', open(file, type))
    assert.equal(headers.get('Content-Type'), type)
    assert.equal(headers.get('X-Content-Type-Options'), 'nosniff')
    assert.equal(headers.get('Content-Security-Policy'), 'sandbox')
  }
})

test('a hostile name stays inside its header', async () => {
  for (const name of ['"; x=y\r\nA: b', "it's (a) *", '\u202egpj.exe', '\ud800', 'ä'.repeat(300)]) {
    const disposition = String(
      (await get('bytes=0-0', open(file, 'image/png', name))).headers.get('Content-Disposition')
    )
    assert.match(disposition, /^inline; filename\*=UTF-8''[\w.!~%-]*$/)
  }
})

test('a token that no page knows is not found, and only reading is possible', async () => {
  const gone: FileGiven = { asked: [], ask: async () => ({ status: 404 }) }
  for (const range of [undefined, 'bytes=0-', 'bytes=-5']) assert.equal((await get(range, gone)).status, 404)
  assert.equal((await get('bytes=0-', open(), 'POST')).status, 405)
})

test('what a page answers is a piece only when it fits together', () => {
  const good = { ok: true, start: 2, end: 4, size: 9, contentType: 'image/png', name: 'a', bytes: new ArrayBuffer(2) }
  assert.notEqual(asPiece(good), undefined)
  const bad = [
    { ok: false },
    { end: 12 },
    { start: 5 },
    { start: -1 },
    { size: 3 },
    { size: Number.NaN },
    { bytes: new ArrayBuffer(3) },
    { bytes: 'ab' },
    { name: 1 },
    { contentType: null }
  ]
  for (const change of bad) assert.equal(asPiece({ ...good, ...change }), undefined, JSON.stringify(change))
  assert.equal(asPiece(undefined), undefined)
})
