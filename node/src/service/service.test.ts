import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newPlace, type Place } from '../cli/testing.ts'
import { readDocumented, unlike } from '../term/documented.ts'
import { watchdogMs } from './notify.ts'
import { serviceUnit, startupUnit } from './unit.ts'

const place = await newPlace()
after(() => place.remove())
await place.json(['init', '--name', 'a'])
const at = (...names: string[]): string => join(place.folder, ...names)
const units = at('config/systemd/user')

/** A systemctl that only notes what it is told: there is none for users where tests run. */
mkdirSync(at('bin'))
writeFileSync(at('bin/systemctl'), `#!/bin/sh\necho "$@" >> '${at('calls')}'\ncase "$2" in is-*) echo active;; esac\n`)
chmodSync(at('bin/systemctl'), 0o755)
const withPath =
  (path: string): Place['run'] =>
  async (args) => {
    const ran = await place.run([...args, '--json'], '', ['env', `PATH=${path}`, `XDG_CONFIG_HOME=${at('config')}`])
    const command = args.slice(0, 2).join(' ')
    for (const line of ran.lines) assert.deepEqual(unlike(documented, command, line), [], JSON.stringify(line))
    return ran
  }
const documented = readDocumented()
const run = withPath(`${at('bin')}:${process.env['PATH']}`)

test('install writes a unit that starts this home, and uninstall leaves nothing', async () => {
  const installed = await run(['service', 'install', '--set', 'startup.blockingErrors=true'])
  assert.equal(installed.code, 0, installed.stdout.toString())
  const { unit, file, blocking } = installed.lines[0] as unknown as { unit: string; file: string; blocking: string }
  assert.match(unit, /^holdfast-[0-9a-f]{8}\.service$/) // not the usual home
  assert.ok(readFileSync(file, 'utf8').includes(`"up" "--home" "${at('home')}"`))
  assert.match(readFileSync(join(units, blocking), 'utf8'), /Before=graphical-session-pre\.target/)
  const calls = readFileSync(at('calls'), 'utf8')
  for (const call of ['daemon-reload', `enable ${unit}`, `enable ${blocking}`, `restart ${unit}`])
    assert.ok(calls.includes(`--user ${call}\n`), call)
  const [state] = (await run(['service', 'status'])).lines
  assert.deepEqual([state!['installed'], state!['state'], state!['blocking']], [true, 'active', true])
  assert.equal((await run(['service', 'uninstall'])).lines[0]!['removed'], true)
  assert.deepEqual([existsSync(file), existsSync(join(units, blocking))], [false, false])
})

test('systemd hears that the process goes round as often as it asks for, and only from the one it asks', () => {
  assert.equal(watchdogMs({ WATCHDOG_USEC: '180000000', WATCHDOG_PID: String(process.pid) }), 60_000)
  assert.equal(watchdogMs({ WATCHDOG_USEC: '180000000', WATCHDOG_PID: '1' }), undefined)
  assert.equal(watchdogMs({}), undefined)
  assert.match(serviceUnit({ program: ['/bin/true'], home: '/h' }), /\nWatchdogSec=180\n/)
})

test('a large folder, looked through at the start, is waited for: nothing ends it, and install does not call it failed', async () => {
  assert.match(serviceUnit({ program: ['/bin/true'], home: '/h' }), /\nTimeoutStartSec=infinity\n/)
  const install = async (state: string): Promise<number | null> => {
    const cases = `restart) exit 1;; is-*) echo ${state};;`
    writeFileSync(at('bin/systemctl'), `#!/bin/sh\ncase "$2" in ${cases} esac\n`)
    return (await run(['service', 'install'])).code
  }
  assert.deepEqual([await install('activating'), await install('failed')], [0, 1])
})

test('without systemd it is said, with the line that starts it', async () => {
  const { code, lines } = await withPath('/nowhere')(['service', 'install'])
  assert.equal(code, 1)
  assert.equal(lines[0]!['code'], 'NO_SERVICE_MANAGER')
  assert.ok(String(lines[0]!['message']).includes(`up --home ${at('home')}`))
})

test('a home that nothing opens by itself is not installed', async () => {
  rmSync(at('home/unlock.key'))
  const home = JSON.parse(readFileSync(at('home/home.json'), 'utf8')) as Record<string, unknown>
  writeFileSync(
    at('home/home.json'),
    JSON.stringify({ ...home, storeCredentials: undefined, passphraseFile: undefined })
  )
  const { code, lines } = await run(['service', 'install'])
  assert.deepEqual([code, lines[0]!['code']], [12, 'LOCKED'])
  const printed = await run(['service', 'install', '--print', '--passphrase-file', at('passphrase')])
  const unit = String(printed.lines[0]!['unit'])
  assert.ok(unit.includes(`LoadCredential="passphrase:${at('passphrase')}"\n`), unit)
})

test('what waits for a person ends when somebody has acknowledged, not before', async () => {
  const waiting = await place.start(['service', 'wait', '--json'], 'waiting') // locked: see above
  await place.json(['service', 'acknowledge'])
  const { code, lines } = await waiting.ended
  assert.equal(code, 0)
  assert.equal(lines[0]!['code'], 'LOCKED')
})

test('systemd takes the units, whatever the home is called', (t) => {
  const parts = { program: [process.execPath, '/bin/true'], home: '/tmp/a "b" 50% $HOME', passphraseFile: '/tmp/p %d' }
  writeFileSync(at('holdfast-x.service'), serviceUnit(parts))
  writeFileSync(at('holdfast-startup-x.service'), startupUnit(parts, 'holdfast-x.service'))
  const files = [at('holdfast-x.service'), at('holdfast-startup-x.service')]
  const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', ...files], {
    encoding: 'utf8',
    env: { ...process.env, XDG_RUNTIME_DIR: place.folder }
  })
  if (error !== undefined) return t.diagnostic('note: systemd-analyze is not here: the units were not verified')
  assert.deepEqual([status, stderr.split('\n').filter((line) => line.includes('holdfast'))], [0, []])
})
