import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import { decodeEntry, encodeEntry, entryOf } from './entry.ts'
import type { EntryBytes } from './entry.ts'
import { testAccount, testDevice, testGenesis, testObject, testRecord, TestReplica } from './testing.ts'
import { signEntry } from './write.ts'

async function start(): Promise<{ ra: TestReplica }> {
  const device = await testDevice('a')
  const ra = await TestReplica.open(device, await testGenesis(await testAccount('anna'), device))
  await ra.newEpoch('first')
  await ra.change('before')
  return { ra }
}

test('A5 A7 A8 any byte of an entry changed is refused with a code', async () => {
  const { ra } = await start()
  const record = testRecord('object', ['blob'])
  const pinList = { records: [record.hash], unpins: [testObject('old')], shreds: [] }
  const header = ra.log.draft({
    device: ra.device.id,
    incarnation: ra.incarnation,
    kind: 'change',
    timeMs: 1,
    epoch: ra.log.writableEpoch()!
  })
  const change = await signEntry(header, utf8('sealed payload'), ra.device.seed, pinList)
  const say = await ra.sign('statement', {
    kind: 'statement',
    statements: [{ kind: 'relays', relays: [], copies: 1, repairAfterMs: 5 }]
  })
  for (const entry of [change, say]) {
    for (const part of ['header', 'signature', 'payload', 'pinList'] as const) {
      const bytes = entry.bytes[part]
      for (let at = 0; at < (bytes?.length ?? 0); at++) {
        const flipped = bytes!.slice()
        flipped[at]! ^= 1 << (at % 8)
        await assertRefused(ra, { ...entry.bytes, [part]: flipped })
      }
    }
    await assertRefused(ra, { ...entry.bytes, payload: null })
    const whole = encodeEntry(entry.bytes)
    for (let at = 0; at < whole.length; at += 3) assert.throws(() => decodeEntry(whole.slice(0, at)), isHoldfastError)
  }
  assert.equal((await ra.log.verify(change)).kind, 'verified')
})

/** A changed name of a parent looks like a parent that has not come yet: it waits for ever, and nothing is changed. */
async function assertRefused(replica: TestReplica, bytes: EntryBytes): Promise<void> {
  try {
    const verdict = await replica.log.verify(entryOf(bytes))
    assert.equal(verdict.kind, 'waiting')
  } catch (error) {
    assert.ok(isHoldfastError(error), String(error))
  }
}

test('A5 any byte of an object record changed gives it another name', () => {
  const record = testRecord('object', ['one', 'two'])
  assert.equal(testRecord('object', ['one', 'two']).hash, record.hash)
  assert.notEqual(testRecord('object', ['two', 'one']).hash, record.hash)
})
