import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { LockedHome } from '@holdfast/core/home/locked'
import { readSettings, writeSettings } from '@holdfast/core/home/settings'
import { SIGN } from '@holdfast/core/base/labels'
import { DiskPlace } from './disk-place.ts'
import { initHome } from './open.ts'
import { nodePlatform } from './platform.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-locked-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const PASSPHRASE = 'a passphrase for tests'
const given = (passphrase: string) => ({ given: async () => passphrase })

test('a home is read while it is locked; the keys decide whose it is', async () => {
  const place = new DiskPlace(join(folder, 'home'))
  const { home } = await initHome(join(folder, 'home'), { name: 'laptop', passphrase: PASSPHRASE })
  const { device } = home.secrets
  await home.close()

  const locked = (await LockedHome.open(place, nodePlatform))!
  await assert.rejects(LockedHome.open(place, nodePlatform), { code: 'IN_USE' })
  await assert.rejects(locked.unlock(given('wrong')), { code: 'WRONG_PASSPHRASE' })
  const opened = await locked.unlock(given(PASSPHRASE))
  await locked.close()
  assert.equal(opened.replica.device, device)
  assert.equal(opened.replica.vaults().length, 2, 'what was unlocked is not closed with what was locked')
  assert.equal((await opened.identity.sign(Object.values(SIGN)[0]!, new Uint8Array(1))).length, 64)
  await opened.close()

  await writeSettings(place, { ...(await readSettings(place)), device: 'ab'.repeat(32) })
  const other = (await LockedHome.open(place, nodePlatform))!
  const mended = await other.unlock(given(PASSPHRASE))
  assert.equal(mended.replica.device, device)
  assert.equal((await readSettings(place)).device, device)
  await mended.close()

  const { device: _, ...older } = await readSettings(place)
  await writeSettings(place, older)
  assert.equal(await LockedHome.open(place, nodePlatform), undefined, 'a home that does not say whose it is')
})
