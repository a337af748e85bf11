// The process that stays serves the app, always at the same address.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { after, test } from 'node:test'
import { freePort } from '../story/process/ports.ts'
import { newPlace } from './testing.ts'

const place = await newPlace({ servesApp: true })
after(() => place.remove())
await place.json(['init', '--name', 'a'])

/** Starts it, says what it said first, and ends it. */
async function upOnce(
  ...flags: readonly string[]
): Promise<{ readonly app: unknown; readonly status: number | undefined }> {
  const { child, line, ended } = await place.start(['up', '--json', ...flags], 'ready')
  const app = line['app']
  const status = typeof app === 'string' ? (await fetch(app)).status : undefined
  child.kill('SIGTERM')
  assert.equal((await ended).code, 0)
  return { app, status }
}

test('up serves the app where it always was; only a person moves it', async (t) => {
  const port = await freePort()
  const { app, status } = await upOnce('--app-port', String(port))
  assert.equal(app, `http://localhost:${port}/`)
  assert.ok(status === 200 || status === 503, `${status}: it is there, or says that it is not built`)

  const other = createServer()
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  t.after(() => other.close())
  const { child, line, ended } = await place.start(['up', '--json'], 'app-not-served')
  assert.equal(line['code'], 'CANNOT_LISTEN')
  child.kill('SIGTERM')
  await ended
  const failed = await place.json(['up', '--app-port', String(port)], 1)
  assert.equal(failed.at(-1)?.['code'], 'CANNOT_LISTEN')
  assert.equal((await upOnce('--no-app')).app, null)
})
