import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { explain } from '@holdfast/core/base/errors'
import { openHome } from './open.ts'
import { initHome } from './open.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-home-'))
after(() => rm(folder, { recursive: true, force: true }))
const path = join(folder, 'a')
const secret = join(folder, 'secret')
writeFileSync(secret, 'correct horse\n')

test('a home opens again with its passphrase only, as itself, for one process at a time', async () => {
  const { home, words } = await initHome(path, { name: 'laptop', passphrase: 'correct horse' })
  assert.equal(words.split(' ').length, 24)
  const { device } = home.secrets
  await assert.rejects(openHome(path, { passphraseFile: secret }), { code: 'IN_USE' })
  await home.close()
  await home.close()
  for (const name of ['home.json', 'keys.box']) {
    assert.equal(statSync(join(path, name)).mode & 0o077, 0)
    for (const word of words.split(' ').slice(0, 3).concat('correct'))
      assert.ok(!readFileSync(join(path, name)).includes(`${word} `))
  }
  await assert.rejects(openHome(path, {}), { code: 'LOCKED' })
  await assert.rejects(openHome(path, { prompt: async () => 'wrong horse' }), { code: 'WRONG_PASSPHRASE' })
  const again = await openHome(path, { passphraseFile: secret })
  assert.equal(again.secrets.device, device)
  assert.equal(again.replica.vaults().length, 2)
  await again.close()
})

test('a home is never made over another one, and a damaged one is never taken for none', async () => {
  await assert.rejects(initHome(path, { name: 'x', passphrase: 'x' }), { code: 'HOME_EXISTS' })
  const settings = readFileSync(join(path, 'home.json'))
  writeFileSync(join(path, 'home.json'), settings.subarray(0, 10))
  await assert.rejects(initHome(path, { name: 'x', passphrase: 'x' }), { code: 'HOME_DAMAGED' })
  await assert.rejects(openHome(path, { passphraseFile: secret }), { code: 'HOME_DAMAGED' })
  await rm(join(path, 'home.json'))
  await assert.rejects(initHome(path, { name: 'x', passphrase: 'x' }), { code: 'HOME_DAMAGED' })
  writeFileSync(join(path, 'home.json'), settings)
  await (await openHome(path, { passphraseFile: secret })).close()
})

test('a key box that lost its form is damaged, not opened by another passphrase; one with a wrong byte may be either', async () => {
  const file = join(path, 'keys.box')
  const box = readFileSync(file)
  for (const damaged of [
    box.subarray(0, 0),
    box.subarray(0, -1),
    box.subarray(0, 20),
    Buffer.alloc(box.length),
    Buffer.alloc(1 << 20)
  ]) {
    writeFileSync(file, damaged)
    await assert.rejects(openHome(path, { passphraseFile: secret }), { code: 'HOME_DAMAGED' })
  }
  const changed = Buffer.from(box)
  changed[box.length - 1]! ^= 1
  writeFileSync(file, changed)
  await assert.rejects(openHome(path, { passphraseFile: secret }), { code: 'WRONG_PASSPHRASE' })
  assert.match(explain('WRONG_PASSPHRASE').remedy, /keys\.box/)
  writeFileSync(file, box)
  await (await openHome(path, { passphraseFile: secret })).close()
})

test('a home whose making was cut short is none, and is made anew', async () => {
  const half = join(folder, 'half')
  mkdirSync(join(half, 'store'), { recursive: true })
  writeFileSync(join(half, 'unfinished'), '')
  writeFileSync(join(half, 'keys.box'), 'half a box')
  await assert.rejects(openHome(half, { passphraseFile: secret }), { code: 'NO_HOME' })
  const { home } = await initHome(half, { name: 'laptop', passphrase: 'correct horse' })
  await home.close()
  await (await openHome(half, { passphraseFile: secret })).close()
})
