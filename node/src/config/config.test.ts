import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { readFileText, withSetting } from './file.ts'
import { DEFAULTS, KEYS, variableOf, type Key } from './keys.ts'
import { resolveSettings } from './resolve.ts'

const FILE = `# mine
[connect]
autoConnect = false # at sea
syncPoll = 5

[limits]
up = 100
`

test('a flag stands above the environment, that above the file, that above the default', () => {
  const { settings, sources } = resolveSettings({
    file: FILE,
    env: { HOLDFAST_CONNECT_SYNC_POLL: '7', HOLDFAST_LIMITS_UP: '200', HOLDFAST_STARTUP_SILENT: '' },
    flags: ['limits.up=300']
  })
  const of = (key: Key): unknown[] => [settings[key], sources.get(key)]
  assert.deepEqual(of('limits.up'), [300, 'flag'])
  assert.deepEqual(of('connect.syncPoll'), [7, 'environment'])
  assert.deepEqual(of('connect.autoConnect'), [false, 'file'])
  assert.deepEqual(of('startup.silent'), [false, 'default'])
  assert.deepEqual(resolveSettings({ file: undefined, env: {}, flags: [] }).settings, DEFAULTS)
})

test('what is unknown or wrong is refused with its line and the reason', () => {
  const refusals: [string, RegExp][] = [
    ['[connect]\nspeed = 1\n', /line 2: connect\.speed is no setting/],
    ['\n[conect]\nsyncPoll = 1\n', /line 3: conect\.syncPoll is no setting/],
    ['[limits]\nup = -1\n', /line 2: limits\.up is a whole number from 0/],
    ['[limits]\ndown = "fast"\n', /line 2: limits\.down is a whole number/],
    ['[connect]\n\nsyncPoll = 1.5\n', /line 3: connect\.syncPoll is a whole number/],
    ['[connect]\nrelays = ["/ip4/1.2.3.4/tcp/1"]\n', /line 2: connect\.relays is a list of addresses/],
    ['[update]\ncheck = true\n', /line 2: update\.check can only be false: there is nowhere yet/],
    ['[update]\ninstall = true\n', /line 2: update\.install can only be false/],
    ['[keep]\nlocalCopies = "some"\n', /line 2: keep\.localCopies is one of "untilPinned", "always"/],
    ['limits = 3\n', /line 1: limits is a section/],
    ['[limits]\nup = \n', /line 2: /],
    ['[limits]\nup = 1\nup = 2\n', /line 3: /]
  ]
  for (const [text, message] of refusals)
    assert.throws(
      () => readFileText(text),
      (error) => isHoldfastError(error, 'BAD_SETTING') && message.test(error.message) && !error.message.includes('\n'),
      text
    )
  const none = { file: undefined, env: {}, flags: [] }
  assert.throws(() => resolveSettings({ ...none, env: { HOLDFAST_LIMITS_UP: 'x' } }), /HOLDFAST_LIMITS_UP is a whole/)
  assert.throws(() => resolveSettings({ ...none, flags: ['limits.up'] }), /KEY=VALUE/)
  assert.throws(() => resolveSettings({ ...none, flags: ['a.b=1'] }), /no setting a\.b/)
})

test('setting one thing leaves every other line as it is, comments too', () => {
  const next = withSetting(FILE, 'connect.autoConnect', true)
  assert.equal(next, FILE.replace('= false #', '= true #'))
  const more = withSetting(withSetting(FILE, 'connect.relays', ['/dns4/a#b/tcp/1/p2p/12D3']), 'keep.days', 3)
  for (const line of FILE.split('\n')) assert.ok(more.split('\n').includes(line), line)
  assert.deepEqual(readFileText(more).get('connect.relays'), ['/dns4/a#b/tcp/1/p2p/12D3'])
  assert.equal(
    readFileText(withSetting(more, 'connect.relays', []))
      .get('connect.relays')
      ?.toString(),
    ''
  )
  assert.equal(withSetting('', 'limits.up', 1), '[limits]\nup = 1\n')
  const over = '[connect]\nrelays = [ # here\n]\n'
  assert.throws(() => withSetting(over, 'connect.relays', ['/a/p2p/b']), /line 2: .*change it by hand/)
  assert.throws(() => withSetting('limits = { up = 1 }\n', 'limits.up', 2), { code: 'BAD_SETTING' })
})

test('docs/settings.md tells exactly the settings that there are, with their defaults and variables', () => {
  const text = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| `([a-z]+\.[A-Za-z]+)` \| `([^`]+)` \| `([^`]+)` \| .+ \|$/gm)]
  const told = rows.map(([, key, fallback, variable]) => [key, fallback, variable])
  const real = (Object.keys(KEYS) as Key[]).map((key) => [key, JSON.stringify(DEFAULTS[key]), variableOf(key)])
  assert.deepEqual(told, real)
  const example = /```toml\n([^]*?)```/.exec(text)![1]!
  assert.deepEqual(resolveSettings({ file: example, env: {}, flags: [] }).settings, DEFAULTS)
})
