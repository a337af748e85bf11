// What is set for the process that stays: when it connects, where it looks, what it shows and when it rings.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { newPlace } from '../cli/testing.ts'
import { found, type Check } from '../doctor/check.ts'
import { Pi } from '../story/cast/pi.ts'
import { freePort } from '../story/process/ports.ts'
import { OnDemand } from './on-demand.ts'
import { Startup } from './startup.ts'
import { assertSaysNothing, readLog } from '../log/testing.ts'

const ERROR = found('disk', 'error', 'STORE_FULL', 'Full.')
const WARNING = found('relays', 'warning', 'NO_RELAY', 'None.')
const ALL = { 'startup.showErrors': true, 'startup.showWarnings': true, 'startup.silent': false }

/** What is shown after each look, `*` for the bell. */
async function shownAfter(settings: Partial<typeof ALL>, ...looks: readonly (readonly Check[])[]): Promise<string[][]> {
  let shown: string[] = []
  const say = (text: string): void => void shown.push(text)
  const output = { json: false, event: async () => undefined, warn: say, say, bell: () => say('*') }
  const text = ({ code }: Check): string => code!
  const startup = new Startup({ settings: { ...ALL, ...settings }, output, text })
  const all: string[][] = []
  for (const checks of looks) {
    shown = []
    await startup.show(checks)
    all.push(shown)
  }
  return all
}

test('errors are shown first and ring once; warnings wait until the errors are settled', async () => {
  const looks = [[WARNING, ERROR], [WARNING, ERROR], [WARNING], [WARNING], [ERROR]]
  const shown = await shownAfter({}, ...looks)
  assert.deepEqual(shown, [['STORE_FULL', '*'], [], ['NO_RELAY'], [], ['STORE_FULL', '*']])
  assert.deepEqual(await shownAfter({ 'startup.silent': true }, [ERROR]), [['STORE_FULL']])
  assert.deepEqual(await shownAfter({ 'startup.showErrors': false }, [ERROR], [ERROR, WARNING]), [['*'], []])
  assert.deepEqual(await shownAfter({ 'startup.showWarnings': false }, [WARNING]), [[]])
})

test('on demand: online while anybody needs it, and never twice at once', async () => {
  const said: string[] = []
  const engine = {
    goOnline: async () => void said.push('on'),
    goOffline: async () => void said.push('off')
  }
  const onDemand = new OnDemand(engine)
  let finish: () => void = () => undefined
  const long = onDemand.during(() => new Promise((resolve) => (finish = resolve)))
  await onDemand.during(async () => void said.push('short'))
  finish()
  await long
  await assert.rejects(
    onDemand.during(() => Promise.reject(new Error('no'))),
    /no/
  )
  assert.deepEqual(said, ['on', 'on', 'short', 'off', 'on', 'off'])
})

test('autoConnect = false stays offline until a command needs others; relays are found where the settings say', async (t) => {
  const place = await newPlace()
  const ports = [await freePort(), await freePort()]
  const at = ports.map((port) => `/ip4/127.0.0.1/tcp/${port}`)
  const pi = new Pi(join(place.folder, 'pi'), [at[0]!])
  t.after(async () => {
    await pi.goDown('SIGKILL')
    await moved.goDown('SIGKILL')
    await place.remove()
  })
  const moved = new Pi(join(place.folder, 'pi'), [at[1]!])
  await place.json(['init', '--name', 'a'])
  await pi.goUp()
  await place.json(['relay', 'add', await pi.invite()])
  await pi.goDown()
  const [address] = await moved.goUp()
  writeFileSync(join(place.folder, 'file'), randomBytes(1000))
  await place.json(['add', 'file'])

  const up = await place.start(['up', '--json', '--set', 'connect.autoConnect=false'], 'ready')
  assert.equal((await place.json(['status']))[0]!['state'], 'off')
  const failed = await place.json(['sync'], 13)
  assert.equal(failed.at(-1)!['code'], 'NO_PEER')
  up.child.kill('SIGTERM')
  const { code, lines } = await up.ended
  assert.equal(code, 0)
  const problems = lines.filter(({ type }) => type === 'problem').map((line) => [line['state'], line['code']])
  assert.ok(problems.some(([state, code]) => state === 'warning' && code === 'ONE_COPY'))

  await place.json(['config', 'set', 'connect.relays', address!])
  const again = await place.start(['up', '--json', '--set', 'connect.autoConnect=false'], 'ready')
  assert.equal((await place.json(['sync'])).at(-1)!['inStep'], true)
  assert.equal((await place.json(['status']))[0]!['state'], 'off')
  again.child.kill('SIGTERM')
  assert.equal((await again.ended).code, 0)
  const log = readLog(join(place.folder, 'home'))
  assertSaysNothing(log, [place.folder, address!, 'file'])
  const noted = log.map(({ event, code, role }) =>
    [event, code, role].filter((one) => typeof one === 'string').join(' ')
  )
  const [one, two] = [noted.indexOf('stopped'), noted.lastIndexOf('stopped')]
  assert.equal(two, noted.length - 1)
  for (const [run, event] of [
    [noted.slice(0, one), 'problem ONE_COPY'],
    [noted.slice(one + 1), 'connected relay']
  ] as const)
    assert.ok(run[0] === 'started' && run.includes(event), noted.join())
})
