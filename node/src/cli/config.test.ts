// What is set in a home's file holds for its commands, and a file that is not as it must be is never half used.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newPlace, type Place } from './testing.ts'

const place = await newPlace({ asksPassphrase: true })
after(() => place.remove())
const file = join(place.folder, 'home', 'config.toml')
const withoutPassphrase: Place['run'] = (args) => place.run(args, '', ['env', '-u', 'HOLDFAST_PASSPHRASE_FILE'])

test('config sets, gets and says where each value comes from', async () => {
  assert.deepEqual(await place.json(['config', 'path']), [{ v: 1, type: 'path', file }])
  await place.json(['config', 'set', 'limits.up', '500'])
  assert.equal(readFileSync(file, 'utf8'), '[limits]\nup = 500\n')
  const [one] = await place.json(['config', 'get', 'limits.up', '--set', 'limits.up=7'])
  assert.deepEqual([one!['value'], one!['source']], [7, 'flag'])
  const all = await place.json(['config'])
  assert.deepEqual(
    all
      .filter(({ source }) => source !== 'default' && source !== 'environment')
      .map(({ key, value, source }) => [key, value, source]),
    [['limits.up', 500, 'file']]
  )
  const refused = await place.json(['config', 'set', 'update.check', 'true'], 2)
  assert.equal(refused[0]!['code'], 'BAD_SETTING')
  assert.match(String(refused[0]!['message']), /nowhere yet to look/)
})

test('unlock.storeCredentials holds for a home that is made, and is changed at once in one that is', async () => {
  await place.json(['config', 'set', 'unlock.storeCredentials', 'true'])
  await place.json(['init', '--name', 'a'])
  const key = join(place.folder, 'home', 'unlock.key')
  assert.ok(existsSync(key))
  assert.equal((await withoutPassphrase(['ls'])).code, 0)
  await place.json(['config', 'set', 'unlock.storeCredentials', 'false'])
  assert.equal(existsSync(key), false)
  assert.equal((await withoutPassphrase(['ls'])).code, 12)
  assert.equal((await withoutPassphrase(['config', 'set', 'unlock.storeCredentials', 'true'])).code, 12)
  assert.equal(JSON.parse(readFileSync(join(place.folder, 'home', 'home.json'), 'utf8')).storeCredentials, undefined)
})

test('a command that would use a file that is not as it must be does nothing, and names the line', async () => {
  writeFileSync(file, '[connect]\nspeed = 1\n')
  const [line] = await place.json(['ls'], 2)
  assert.equal(line!['code'], 'BAD_SETTING')
  assert.match(String(line!['message']), /config\.toml, line 2: connect\.speed/)
})
