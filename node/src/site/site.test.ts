import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { CONTENT_SECURITY_POLICY } from './headers.ts'
import { openHomeSite } from './home-site.ts'
import { openSite } from './site.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-site-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const app = join(folder, 'app')
mkdirSync(join(app, 'assets'), { recursive: true })
writeFileSync(join(folder, 'secret.html'), 'not of the app')
const site = await openSite(app, 0)
after(() => site.close())

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Sends exactly this path, which fetch would tidy up. */
function ask(path: string, headers: OutgoingHttpHeaders = {}, method = 'GET'): Promise<Answer> {
  const options = {
    host: '127.0.0.1',
    port: site.port,
    path,
    method,
    headers: { Host: `localhost:${site.port}`, ...headers }
  }
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    asked.once('error', reject)
    asked.end()
  })
}

function build(text: string): void {
  rmSync(join(app, 'sw.js'), { force: true })
  writeFileSync(join(app, 'index.html'), text)
  writeFileSync(join(app, 'assets', `main-${text}.js`), `say(${JSON.stringify(text)})`)
  writeFileSync(join(app, 'sw.js'), `// ${text}`)
}

test('before the app is built the site says how to build it; then it serves it, and a newer build after it', async () => {
  const early = await ask('/')
  assert.equal(early.status, 503)
  assert.match(early.text, /npm run build/)
  build('one')
  assert.equal((await ask('/')).text, 'one')
  assert.equal((await ask('/assets/main-one.js')).text, 'say("one")')
  build('three')
  assert.equal((await ask('/')).text, 'three')
  assert.equal((await ask('/assets/main-three.js')).status, 200)
})

test('every answer forbids frames, foreign scripts and guessing of types, errors too', async () => {
  for (const path of ['/', '/sw.js', '/nothing']) {
    const { headers } = await ask(path)
    assert.equal(headers['content-security-policy'], CONTENT_SECURITY_POLICY, path)
    assert.match(CONTENT_SECURITY_POLICY, /frame-ancestors 'none'/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.match(String(headers['permissions-policy']), /camera=\(self\)/)
  }
})

test('other servers give the app the same policy by its own page, but for what only a header can say', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../pwa/index.html', import.meta.url)), 'utf8')
  const policy = /Content-Security-Policy"\s+content="([^"]+)"/.exec(page)?.[1]
  assert.equal(`${policy}; frame-ancestors 'none'`, CONTENT_SECURITY_POLICY)
})

test('files whose name tells their content are kept, all others are asked for again and not sent again', async () => {
  assert.match(String((await ask('/assets/main-three.js')).headers['cache-control']), /immutable/)
  const { headers } = await ask('/sw.js')
  assert.equal(headers['cache-control'], 'no-cache')
  assert.match(String(headers['content-type']), /^text\/javascript/)
  const again = await ask('/sw.js', { 'If-None-Match': headers.etag })
  assert.deepEqual([again.status, again.text], [304, ''])
})

test('a name that somebody else points to this machine gets nothing', async () => {
  for (const host of [
    'evil.example',
    `evil.example:${site.port}`,
    `localhost:${site.port + 1}`,
    'localhost',
    `localhost.evil.example:${site.port}`
  ]) {
    assert.equal((await ask('/', { Host: host })).status, 403, host)
  }
  for (const host of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST']) {
    assert.equal((await ask('/', { Host: `${host}:${site.port}` })).status, 200, host)
  }
})

test('a page of somebody else gets nothing, and may only lead a person here', async () => {
  for (const origin of [
    'https://evil.example',
    'null',
    `https://localhost:${site.port}`,
    `http://localhost:${site.port + 1}`,
    `http://localhost:${site.port}/x`
  ]) {
    assert.equal((await ask('/', { Origin: origin })).status, 403, origin)
  }
  assert.equal((await ask('/', { Origin: `http://127.0.0.1:${site.port}` })).status, 200)
  const foreign = { 'Sec-Fetch-Site': 'cross-site' }
  assert.equal(
    (await ask('/sw.js', { ...foreign, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' })).status,
    403
  )
  assert.equal((await ask('/', { ...foreign, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' })).status, 403)
  assert.equal((await ask('/', { ...foreign, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' })).status, 200)
})

test('an upgrade is refused, whoever asks', async () => {
  for (const [host, status] of [
    [`localhost:${site.port}`, 404],
    ['evil.example', 403]
  ] as const) {
    const socket = connect(site.port, '127.0.0.1')
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
    let said = ''
    for await (const piece of socket) said += String(piece)
    assert.match(said, new RegExp(`^HTTP/1.1 ${status} `))
  }
})

test('no path leads out of the app, and nothing can be sent to it', async () => {
  const out = [
    '/../secret.html',
    '/..%2fsecret.html',
    '/assets/../../secret.html',
    '//secret.html',
    '/%2e%2e/secret.html',
    `${folder}/secret.html`
  ]
  for (const path of out) assert.equal((await ask(path)).status, 404, path)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    assert.equal((await ask('/', {}, method)).status, 405, method)
  const head = await ask('/', {}, 'HEAD')
  assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', '5'])
})

test('a home keeps its port: when another program has it the app is not served somewhere else', async (t) => {
  const home = mkdtempSync(join(folder, 'home-'))
  const first = await openHomeSite(home, undefined, app)
  await first.close()
  const again = await openHomeSite(home, undefined, app)
  assert.equal(again.port, first.port)
  await again.close()
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  t.after(() => other.close())
  const { port } = other.address() as AddressInfo
  await assert.rejects(openHomeSite(home, port, app), (error) => isHoldfastError(error, 'CANNOT_LISTEN'))
  writeFileSync(join(home, 'app.json'), JSON.stringify({ v: 1, port }))
  await assert.rejects(openHomeSite(home, undefined, app), (error) => isHoldfastError(error, 'CANNOT_LISTEN'))
})
