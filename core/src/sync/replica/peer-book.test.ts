import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId, EntryHash, LogId, RecordHash, VaultId } from '../../base/ids.ts'
import { PeerBook } from './peer-book.ts'
import { MapKv } from '../testing/map-stores.ts'

const id = <T>(digit: string): T => digit.repeat(64) as T
const peer = id<DeviceId>('a')
const vault = id<VaultId>('b')
const entry = id<EntryHash>('c')
const [one, two] = [id<RecordHash>('1'), id<RecordHash>('2')]
const log = `${'d'.repeat(64)}:${'e'.repeat(16)}` as LogId
const recordsOf = (): RecordHash[] => [one, two]

test('what was noted of a peer is there again after it was flushed', async () => {
  const kv = new MapKv()
  const book = await PeerBook.open(kv, recordsOf)
  book.noteExchange(peer, 'relay', 1234)
  book.noteLie(peer, 'BAD_SIGNATURE')
  book.noteHeads(peer, vault, [{ log, seq: 7, hash: entry }])
  book.noteState(peer, vault, entry, { records: [one, two], incomplete: [two], elsewhere: [] })
  await book.flush()
  const again = await PeerBook.open(new MapKv(kv.rows), recordsOf)
  assert.deepEqual(again.list(), [
    { peer, role: 'relay', lastExchangeMs: 1234, lies: 1, lastLie: 'BAD_SIGNATURE', rollbacks: 0 }
  ])
  assert.equal(again.lastExchangeMs(peer), 1234)
  assert.deepEqual(again.shownLess(peer, vault, [{ log, seq: 6, hash: entry }]), [{ log, seq: 7 }])
  assert.deepEqual(again.objectState(vault, one), { complete: [peer], incomplete: [] })
  assert.deepEqual(again.objectState(vault, two), { complete: [], incomplete: [peer] })
  assert.equal(again.hasComplete(peer, vault, entry), false)
})

test('an object becomes complete when the relay says so, and a floor never falls', async () => {
  const book = await PeerBook.open(new MapKv(), recordsOf)
  book.noteState(peer, vault, entry, { records: [one, two], incomplete: [two], elsewhere: [] })
  book.noteState(peer, vault, entry, { records: [one, two], incomplete: [], elsewhere: [] })
  assert.ok(book.hasComplete(peer, vault, entry))
  assert.deepEqual(book.objectState(vault, two), { complete: [peer], incomplete: [] })
  book.noteHeads(peer, vault, [{ log, seq: 7, hash: entry }])
  book.noteHeads(peer, vault, [{ log, seq: 3, hash: entry }])
  assert.deepEqual(book.shownLess(peer, vault, []), [{ log, seq: 7 }])
  assert.deepEqual(book.shownLess(peer, vault, [{ log, seq: 7, hash: entry }]), [])
})
