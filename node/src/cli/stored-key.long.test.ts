// A home that was told to keep its key opens by itself; any other one does not.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newPlace, type Place } from './testing.ts'

const place = await newPlace({ asksPassphrase: true })
after(() => place.remove())
const WITHOUT_FILE = ['env', '-u', 'HOLDFAST_PASSPHRASE_FILE']

const alone: Place['run'] = (args) => place.run([...args, '--json'], '', WITHOUT_FILE)
const assertKept = (home: string): void => {
  assert.equal(statSync(join(place.folder, home, 'unlock.key')).mode & 0o777, 0o600)
  const settings = JSON.parse(readFileSync(join(place.folder, home, 'home.json'), 'utf8')) as Record<string, unknown>
  assert.deepEqual([settings['storeCredentials'], settings['passphraseFile']], [true, undefined])
}

test('init --store-credentials: later commands need no passphrase', async () => {
  await place.json(['init', '--name', 'a', '--store-credentials'])
  assertKept('home')
  assert.equal((await alone(['ls'])).code, 0)
  assert.equal((await place.run(['ls', '--passphrase-file', 'missing'])).code, 12)
})

test('pair --store-credentials: the same on a device that joins', async () => {
  const offer = await place.start(['pair', '--yes', '--json', '--listen', '/ip4/127.0.0.1/tcp/0'], 'link')
  const link = String(offer.line['link'])
  await place.json(['pair', link, '--name', 'b', '--home', 'b', '--store-credentials'])
  assert.equal((await offer.ended).code, 0)
  assertKept('b')
  assert.equal((await alone(['ls', '--home', 'b'])).code, 0)
})

test('without it nothing that opens a home lies in it', async () => {
  await place.json(['init', '--home', 'c'])
  assert.equal(existsSync(join(place.folder, 'c', 'unlock.key')), false)
  const settings = readFileSync(join(place.folder, 'c', 'home.json'), 'utf8')
  assert.equal(settings.includes('storeCredentials'), false)
})
