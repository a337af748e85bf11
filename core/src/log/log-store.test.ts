import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { KvChange, KvRange, KvStore } from '../ports/kv-store.ts'
import { encodeEntry } from './entry.ts'
import type { VerifiedEntry } from './entry.ts'
import { blake3Id } from '../proof/blake3.ts'
import type { EpochId } from '../base/ids.ts'
import { listVaults, LogStore } from './log-store.ts'
import { encodeRecord, makeRecord } from './record.ts'
import type { ObjectRecord } from './record.ts'
import { recordKey } from './record-rows.ts'
import { testAccount, testDevice, testGenesis, testRecord, TestReplica } from './testing.ts'
import { VaultLog } from './vault-log.ts'

class MapKv implements KvStore {
  readonly rows = new Map<string, Uint8Array>()
  failing = false
  /** Where the ranges that were compacted begin. */
  readonly compacted: string[] = []
  async get(key: string): Promise<Uint8Array | undefined> {
    return this.rows.get(key)
  }
  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => this.rows.get(key))
  }
  async write(batch: readonly KvChange[]): Promise<void> {
    await Promise.resolve()
    if (this.failing) throw new HoldfastError('STORE_FULL')
    for (const change of batch) {
      if ('put' in change) this.rows.set(change.put, change.value)
      else this.rows.delete(change.del)
    }
  }
  async *range({ gte, lt, reverse, limit }: KvRange): AsyncIterable<readonly [string, Uint8Array]> {
    const rows = [...this.rows].filter(([key]) => key >= gte && key < lt).sort(([a], [b]) => (a < b ? -1 : 1))
    yield* (reverse === true ? rows.reverse() : rows).slice(0, limit)
  }
  async compact({ gte }: { gte: string }): Promise<void> {
    this.compacted.push(gte)
  }
  async close(): Promise<void> {}
}

async function filled() {
  const replica = await TestReplica.open(
    await testDevice('laptop'),
    await testGenesis(await testAccount('anna'), await testDevice('laptop'))
  )
  await replica.newEpoch('first')
  const record = testRecord('object', ['one'])
  await replica.change('pinning', { records: [record.hash], unpins: [], shreds: [] })
  for (let i = 0; i < 12; i++) await replica.change(`change ${i}`)
  const entries = replica.log.order().map((hash) => replica.entries.get(hash)! as unknown as VerifiedEntry)
  const kv = new MapKv()
  const store = await LogStore.open(kv, replica.log.vault)
  return { replica, record, entries, kv, store }
}

test('what was appended is read back in a causal order, also by appends that crossed and after opening again', async () => {
  const { replica, record, entries, kv, store } = await filled()
  await Promise.all([store.append(entries.slice(0, 3), [record]), store.append(entries.slice(3, 9))])
  const again = await LogStore.open(kv, replica.log.vault)
  await again.append(entries.slice(9))
  let log: VaultLog | undefined
  for await (const bytes of again.load()) {
    if (log === undefined) log = VaultLog.fromStored(bytes)
    else log.admit(log.trust(bytes))
  }
  assert.deepEqual(log!.order(), replica.log.order())
  assert.deepEqual(await listVaults(kv), [replica.log.vault])
  for (const entry of entries)
    assert.deepEqual(encodeEntry((await again.entryBytes(entry.hash))!), encodeEntry(entry.bytes))
  assert.deepEqual(await again.payload(entries.at(-1)!.hash), utf8('change 11'))
})

test('a dropped record leaves which object it was of, and nothing of its key slot', async () => {
  const { record, entries, store } = await filled()
  await store.append(entries, [record])
  assert.deepEqual(await store.record(record.hash), record)
  await store.dropRecords([record.hash])
  assert.equal(await store.record(record.hash), undefined)
  for await (const dropped of store.dropped()) assert.deepEqual(dropped, { record: record.hash, object: record.object })
  await store.putRecords([record])
  assert.deepEqual(await store.record(record.hash), record)
  for await (const _ of store.dropped()) assert.fail('it is here again')
})

test('damage is named, never handed on', async () => {
  const { record, entries, kv, store, replica } = await filled()
  await store.append(entries, [record])
  const root = `log/${replica.log.vault}/`
  const last = entries.at(-1)!.hash
  kv.rows.set(`${root}p/${last}`, utf8('something else'))
  await assert.rejects(store.payload(last), (error) => isHoldfastError(error, 'HASH_MISMATCH'))
  kv.rows.set(recordKey(replica.log.vault, record.hash), utf8('something else'))
  for await (const _ of store.records()) assert.fail('it is not what it was')
  await assert.rejects(store.record(record.hash), (error) => isHoldfastError(error))
  await store.dropRecords([record.hash])
  assert.equal(await store.record(record.hash), undefined)
})

test('records are read whatever epoch they are of, when one of the rows that name an epoch is damaged, and under no other', async () => {
  const { record, entries, kv, replica } = await filled()
  const open = () => LogStore.open(kv, replica.log.vault)
  const read = async () => {
    const found: ObjectRecord[] = []
    for await (const one of (await open()).records()) found.push(one)
    return found.sort((a, b) => (a.hash < b.hash ? -1 : 1))
  }
  const { hash: _, ...parts } = record
  const others = [1, 2].map((i) => makeRecord({ ...parts, epoch: blake3Id<EpochId>(utf8(`epoch ${i}`)) }))
  const all = [record, ...others].sort((a, b) => (a.hash < b.hash ? -1 : 1))
  const store = await open()
  kv.failing = true
  await assert.rejects(store.append(entries, [record]))
  kv.failing = false
  await store.append(entries, [record])
  await store.putRecords([others[0]!])
  await (await open()).putRecords([others[1]!])
  assert.deepEqual(await read(), all)
  const stored = kv.rows.get(recordKey(replica.log.vault, record.hash))!
  assert.equal(stored.length, encodeRecord(record).length - 32)
  const names = [...kv.rows.keys()].filter((key) => /\/[iz]\/\d+$/.test(key)).sort()
  assert.equal(names.length, 6)
  const [first] = names
  const whole = kv.rows.get(first!)
  kv.rows.set(first!, utf8('damaged'))
  kv.failing = true
  assert.deepEqual(await read(), all, 'on a full disk')
  kv.failing = false
  assert.deepEqual(await read(), all)
  assert.deepEqual(kv.rows.get(first!), whole, 'before the other one is damaged, too')
  const [one, other] = names.slice(1, 3).map((name) => kv.rows.get(name)!)
  for (const kind of ['i', 'z']) {
    kv.rows.set(names[1]!.replace('/i/', `/${kind}/`), other!)
    kv.rows.set(names[2]!.replace('/i/', `/${kind}/`), one!)
  }
  assert.deepEqual(await read(), [record], 'of another epoch it is another record')
})

test('records as an earlier version wrote them are read, and written anew', async () => {
  const { record, entries, kv, replica } = await filled()
  const root = `log/${replica.log.vault}/`
  await (await LogStore.open(kv, replica.log.vault)).append(entries)
  kv.rows.set(`${root}r/${record.hash}`, encodeRecord(record))
  kv.rows.set(`${root}r/${'ab'.repeat(32)}`, utf8('something else'))
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(await (await LogStore.open(kv, replica.log.vault)).record(record.hash), record)
    assert.equal([...kv.rows.keys()].filter((key) => key.startsWith(`${root}r/`)).length, 0)
    assert.deepEqual(kv.compacted, [`${root}r/`], 'once: a key slot does not outlive its shred there')
  }
})

test('when a write fails, what waits behind it fails too: no entry is durable without the one before it', async () => {
  const { entries, kv, store } = await filled()
  kv.failing = true
  const first = store.append(entries.slice(0, 1))
  const second = store.append(entries.slice(1, 2))
  const outcomes = await Promise.allSettled([first, second])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected']
  )
  kv.failing = false
  await store.append(entries)
  assert.equal(kv.rows.has([...kv.rows.keys()].find((key) => key.includes('/e/'))!), true)
})
