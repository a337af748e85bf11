import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { unwrapWithPassphrase } from '@holdfast/core/secret/key-box'
import { decodeDeviceSecrets } from '@holdfast/core/vault/secrets'
import type { BrowserContext } from 'playwright-core'
import { noise } from '../../conformance/subject.ts'
import { launchProfile } from '../chromium.ts'
import { PASSPHRASE, VaultPage } from '../vault-page.ts'
import { address, stage } from './stage.ts'

const { origin } = new URL(address)
const profile = stage.path('searched')

/** What a browser does when it makes room, or a person in its settings. */
async function clear({ page }: VaultPage): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
}

/** To be called before anything is stored: a browser asks itself how much room there is only when it has used up what it knew of. */
async function smallQuota(context: BrowserContext, quotaSize: number): Promise<() => Promise<void>> {
  const page = await context.newPage()
  await page.goto(`${address}empty`)
  const session = await context.newCDPSession(page)
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize })
  return async () => void (await session.send('Storage.overrideQuotaForOrigin', { origin }))
}

const made = async (context: BrowserContext): Promise<VaultPage> => {
  const phone = await VaultPage.open(context, address, 'empty')
  await phone.create()
  return phone
}

test('a vault that the browser cleared is missing, never an empty one: while it is open and at the next start', async () => {
  const context = await stage.newContext()
  const phone = await made(context)
  await clear(phone)
  await phone.in('missing')
  assert.equal(await phone.refuses(`vault.run('ls', { path: '/' })`), 'LOCKED')
  await phone.create() // in the same page, over what is gone
  assert.deepEqual(await phone.tell(`vault.run('ls', { path: '/' })`), [])
  await clear(phone)
  await phone.in('missing')
  await phone.close()
  const again = await VaultPage.open(context, address, 'missing')
  assert.deepEqual(await again.tell('vault.state'), { phase: 'missing', device: 'phone' })
  await again.create()
  assert.deepEqual(await again.tell(`vault.run('ls', { path: '/' })`), [])
  await again.tell('vault.erase()')
  await again.close()
  await VaultPage.open(context, address, 'empty')
})

test('a full browser says so, loses nothing that was there, and takes more when there is room again', async () => {
  const context = await stage.newContext()
  const lift = await smallQuota(context, 12_000_000)
  const phone = await made(context)
  await phone.addNoise('/before.bin', 1, 1_000_000)
  const refused = await phone.refuses(`vault.add([{ path: '/much.bin', file: noise(2, 30_000_000), modifiedMs: 1 }])`)
  assert.equal(refused, 'STORE_FULL')
  await lift()
  await phone.addNoise('/after.bin', 3, 1_000_000)
  await phone.tell('vault.lock()')
  await phone.unlock()
  const names = await phone.tell(`vault.run('ls', { path: '/' }).then((events) => events.map(({ path }) => path))`)
  assert.deepEqual(names, ['/after.bin', '/before.bin'])
  assert.equal(await phone.tell(`vault.read('/before.bin', 0, 1_000_000).then(({ length }) => length)`), 1_000_000)
})

test('A22: nothing that the browser stores holds a key, a word, a name or a content', async () => {
  const onDisk = await launchProfile(profile)
  const phone = await VaultPage.open(onDisk, address, 'empty')
  await phone.create()
  const kit = await phone.tell<{ words: string[] }>('vault.pendingKit()')
  await phone.addNoise('/Qx7 salary of somebody.pdf', 5, 3_000_000)
  await phone.tell(`vault.add([{ path: '/note.txt', file: noise(6, 200), modifiedMs: 1 }])`)
  await phone.tell('vault.lock()')
  const box = Uint8Array.from(await phone.tell<number[]>(`stored('keys.box')`))
  const { seed } = await decodeDeviceSecrets(await unwrapWithPassphrase(PASSPHRASE, box))
  const secrets = {
    seed,
    passphrase: Buffer.from(PASSPHRASE),
    words: Buffer.from(kit.words.slice(0, 3).join(' ')), // sealed here: nobody has proved to have kept them
    name: Buffer.from('Qx7 salary of'),
    'wide name': Buffer.from('Qx7 salary of', 'utf16le'),
    'large content': noise(5, 3_000_000).subarray(1_000_000, 1_000_032),
    'small content': noise(6, 200).subarray(100, 132)
  }
  const needles = Object.values(secrets).map((needle) => [...needle])
  const found = await phone.tell<boolean[]>(`contains(${JSON.stringify([...needles, [...box.subarray(0, 32)]])})`)
  assert.deepEqual(found, [...needles.map(() => false), true], 'the key box itself is found')
  await phone.unlock()
  assert.equal(await phone.tell('vault.state.isKitPending'), true)
  await phone.tell('vault.kitProved()')
  assert.equal(await phone.refuses('vault.pendingKit()'), 'NOT_FOUND')
  assert.equal(await phone.tell(`stored('kit.pending')`), null, 'taken away')
  assert.equal(await phone.tell('vault.state.isKitPending'), undefined)
  await onDisk.close()
  const files = await readdir(profile, { recursive: true, withFileTypes: true })
  for (const file of files.filter((one) => one.isFile())) {
    const bytes = await readFile(join(file.parentPath, file.name))
    for (const [what, needle] of Object.entries(secrets))
      assert.ok(!bytes.includes(Buffer.from(needle)), `${what} in ${file.name}`)
  }
})
