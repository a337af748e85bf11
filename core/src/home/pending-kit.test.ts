import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HomeFile, HomePlace } from '../ports/home-place.ts'
import { openSealed } from '../secret/aead.ts'
import { DERIVE } from '../base/labels.ts'
import { newDeviceSecrets } from '../vault/secrets.ts'
import { forgetPendingKit, keepPendingKit, pendingKit } from './pending-kit.ts'

const WORDS = Array.from({ length: 24 }, (_, at) => `word${at}`).join(' ')
const random = { bytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)) }

await test('words nobody has proved to have kept come back to this device, and to no other key, place or use', async () => {
  const files = new Map<HomeFile, Uint8Array>()
  const place = placeOf(files)
  const secrets = await newDeviceSecrets(random)
  assert.equal(await pendingKit(place, secrets), undefined)
  await keepPendingKit(place, secrets, WORDS, random)
  assert.equal(await pendingKit(place, secrets), WORDS)
  const sealed = files.get('kit.pending')!
  assert.ok(!Buffer.from(sealed).includes('word1'))
  assert.equal(await pendingKit(place, await newDeviceSecrets(random)), undefined)
  await assert.rejects(openSealed(DERIVE.deviceStore, secrets.seed, sealed, Buffer.from('kit.pending')))
  await assert.rejects(openSealed(DERIVE.pendingKit, secrets.seed, sealed, new Uint8Array(0)))
  await keepPendingKit(place, secrets, WORDS, random)
  assert.notDeepEqual(files.get('kit.pending'), sealed, 'never the same salt')
})

await test('a damaged one is none, and proved ones are gone', async () => {
  const files = new Map<HomeFile, Uint8Array>()
  const place = placeOf(files)
  const secrets = await newDeviceSecrets(random)
  await keepPendingKit(place, secrets, WORDS, random)
  const sealed = files.get('kit.pending')!
  for (const at of [0, 1, 40, sealed.length - 1]) {
    files.set(
      'kit.pending',
      sealed.map((byte, i) => (i === at ? byte ^ 1 : byte))
    )
    assert.equal(await pendingKit(place, secrets), undefined, `byte ${at}`)
  }
  files.set('kit.pending', sealed.subarray(0, 20))
  assert.equal(await pendingKit(place, secrets), undefined)
  files.set('kit.pending', sealed)
  await forgetPendingKit(place)
  assert.equal(files.size, 0)
})

function placeOf(files: Map<HomeFile, Uint8Array>): HomePlace {
  return {
    read: async (file: HomeFile) => files.get(file),
    write: async (file: HomeFile, bytes: Uint8Array) => void files.set(file, bytes),
    remove: async (file: HomeFile) => void files.delete(file)
  } as HomePlace
}
