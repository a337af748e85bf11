import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { openLevelKv } from '../disk/level-kv.ts'
import { openHome } from './open.ts'
import type { Home } from '@holdfast/core/home/home'
import { initHome } from './open.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-damage-'))
after(() => rm(folder, { recursive: true, force: true }))
const path = join(folder, 'a')

const { home } = await initHome(path, { name: 'laptop', passphrase: 'correct horse', storeCredentials: true })
await home.close()
const rows: (readonly [string, Uint8Array])[] = []
const kv = await openLevelKv(join(path, 'store', 'rows'))
for await (const row of kv.range({ gte: ' ', lt: '~' })) rows.push(row)
await kv.close()

async function withDamage(needle: Uint8Array, check: (home: string) => Promise<void>): Promise<void> {
  const copy = join(folder, 'copy')
  await cp(path, copy, { recursive: true })
  for (const { name, parentPath } of readdirSync(join(copy, 'store', 'rows'), { withFileTypes: true })) {
    const file = join(parentPath, name)
    const bytes = readFileSync(file)
    for (let at = needle.length === 0 ? -1 : bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1))
      bytes[at + needle.length - 1]! ^= 1
    writeFileSync(file, bytes)
  }
  await check(copy)
  await rm(copy, { recursive: true })
}

/** What is not opened names the command that opens it, and is opened by it. */
async function reopen(at: string): Promise<Home> {
  return openHome(at, {}).catch((error: unknown) => {
    assert.ok(isHoldfastError(error, 'HOME_DAMAGED'), String(error))
    return openHome(at, {}, { salvage: true })
  })
}

for (const [key, value] of rows.filter(([, value]) => value.length > 8)) {
  test(`a home opens as itself whatever becomes of ${key.replace(/[0-9a-f]{16,}/g, 'X')}`, () =>
    withDamage(value, async (at) => {
      const again = await reopen(at)
      assert.equal(again.state.account, home.state.account)
      for (const id of [home.state.accountVault, home.state.personalVault])
        assert.equal(again.replica.vault(id)?.id, id)
      await again.close()
      await (await openHome(at, {})).close()
    }))
}

test('a home of which no table is left opens as itself, in another incarnation before it signs', () =>
  withDamage(new Uint8Array(0), async (at) => {
    const rowsAt = join(at, 'store', 'rows')
    for (const name of readdirSync(rowsAt).filter((name) => /\.(ldb|log)$/.test(name)))
      writeFileSync(join(rowsAt, name), 'nothing of it')
    await assert.rejects(openHome(at, {}), { code: 'HOME_DAMAGED' })
    const again = await reopen(at)
    assert.equal(again.replica.vaults().length, 2)
    assert.equal(await again.replica.incarnationIsDue(), true)
    await again.close()
  }))

test('the copies beside the store are made again when they are lost or damaged', async () => {
  for (const name of ['home.state', 'home.geneses']) {
    const before = readFileSync(join(path, name))
    writeFileSync(join(path, name), before.subarray(1))
    await (await openHome(path, {})).close()
    assert.deepEqual(readFileSync(join(path, name)), before)
  }
})
