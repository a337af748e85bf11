import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex, utf8 } from '../base/bytes.ts'
import { logIdOf } from '../base/ids.ts'
import type { BlobId, DeviceId, EntryHash, FileId, Incarnation, LogId, ObjectId, VaultId } from '../base/ids.ts'
import type { Intent } from '../index/edits.ts'
import type { IndexEntry, IndexOptions } from '../index/entry.ts'
import { Index } from '../index/index.ts'
import { contentKey, placeKey } from '../index/keys.ts'
import { encodeContent, encodePlace } from '../index/records.ts'
import { blake3 } from '../proof/blake3.ts'
import { isNameTaken, lastMessages, newestSecond } from './conversation-messages.ts'
import { messageName } from './conversation-names.ts'
import { decodeReadMarker, encodeReadMarker, markRead, NOTHING_READ, unreadMessages } from './conversation-read.ts'

const anna = logOf('anna')
const bob = logOf('bob')
const NOON = Date.UTC(2026, 10, 20, 12)

test('messages stand by their time, those of one second in the order in which they were written', () => {
  const talk = new Talk()
  const other = new Talk()
  talk.say(anna, NOON, 'Anna')
  talk.say(anna, NOON, 'Anna')
  talk.say(bob, NOON, 'Bob')
  talk.say(anna, NOON, 'Anna')
  talk.say(bob, NOON - 5000, 'Bob')
  other.take(talk.entries)
  const order = ['12:00:00-Anna', '12:00:00-Anna_2', '12:00:00-Bob', '12:00:00-Anna_3', '12:00:00-Bob_2']
  for (const { index } of [talk, other]) assert.deepEqual(shortNames(lastMessages(index, { last: 10 })), order)
})

test('the end is found from the end, and pages join without a gap or a repeat', () => {
  const talk = new Talk()
  for (let i = 0; i < 50; i++)
    talk.say(i % 3 === 0 ? bob : anna, NOON + Math.floor(i / 4) * 1000, i % 3 === 0 ? 'Bob' : 'Anna')
  const all = lastMessages(talk.index, { last: 100 }).map(({ name }) => name)
  assert.equal(all.length, 50)
  const paged: string[] = []
  for (let before: string | undefined; ; before = paged[0]) {
    const page = lastMessages(talk.index, { last: 7, ...(before === undefined ? {} : { before }) })
    if (page.length === 0) break
    paged.unshift(...page.map(({ name }) => name))
  }
  assert.deepEqual(paged, all)
})

test('what is no message is none, whoever put it there', () => {
  const talk = new Talk()
  for (const name of ['metadata', '2026-11-20.md', '2026-11-20T12:00:00-.md', 'zz', '2026-11-20T12:00:00-Anna.txt'])
    talk.put(bob, name)
  talk.say(anna, NOON, 'Anna')
  assert.deepEqual(shortNames(lastMessages(talk.index, { last: 10 })), ['12:00:00-Anna'])
})

test('a message in another’s name is shown as by who signed it, and two of one name both stay', () => {
  const [left, right] = [new Talk(), new Talk()]
  left.put(anna, '2026-11-20T12:00:00-Anna.md')
  right.put(bob, '2026-11-20T12:00:00-Anna.md')
  left.take(right.entries)
  right.take(left.entries)
  const found = lastMessages(left.index, { last: 10 })
  assert.deepEqual(found, lastMessages(right.index, { last: 10 }))
  assert.deepEqual(new Set(found.map(({ log }) => log)), new Set([anna, bob]))
  assert.deepEqual(found.map(({ name }) => name).sort(), [
    '2026-11-20T12:00:00-Anna (2).md',
    '2026-11-20T12:00:00-Anna.md'
  ])
})

test('everything is shown once: what comes late with an earlier time, and what had no bytes yet', () => {
  const [talk, away] = [new Talk(), new Talk()]
  talk.say(anna, NOON, 'Anna')
  assert.equal(unreadMessages(talk.index, NOTHING_READ).length, 1)
  let marker = decodeReadMarker(encodeReadMarker(markRead(talk.index, [])))
  assert.deepEqual(unreadMessages(talk.index, marker), [])
  away.say(bob, NOON - 60_000, 'Bob')
  talk.take(away.entries)
  const [late] = unreadMessages(talk.index, marker)
  assert.equal(late?.log, bob)
  marker = decodeReadMarker(encodeReadMarker(markRead(talk.index, [late!.id])))
  talk.say(anna, NOON + 1000, 'Anna')
  assert.deepEqual(shortNames(unreadMessages(talk.index, marker)), ['11:59:00-Bob', '12:00:01-Anna'])
  assert.deepEqual(unreadMessages(talk.index, markRead(talk.index, [])), [])
})

/** One device's view: an index of one document, and what it wrote. */
class Talk {
  readonly entries: IndexEntry[] = []
  private readonly known = new Set<EntryHash>()
  private readonly pasts = new Map<EntryHash, ReadonlySet<EntryHash>>()
  private readonly options: IndexOptions = {
    vault: id('vault') as VaultId,
    documents: 1,
    pastOf: (entry) => ({ has: (_log, _seq, hash) => this.pasts.get(entry)?.has(hash) === true })
  }
  readonly index = Index.create(this.options)

  say(log: LogId, timeMs: number, sender: string): void {
    const { index } = this
    const name = messageName(timeMs, sender, {
      newest: newestSecond(index),
      isTaken: (taken) => isNameTaken(index, taken)
    })
    this.put(log, name)
  }

  put(log: LogId, name: string): void {
    const seq = 1 + this.entries.filter((entry) => entry.log === log).length
    const seed = `${log} ${seq} ${name}`
    const file = id(`file ${seed}`).slice(0, 32) as FileId
    const intents: Intent[] = [
      { key: placeKey(file), value: encodePlace({ parent: null, name }) },
      {
        key: contentKey(file),
        value: encodeContent({
          kind: 'file',
          object: id(`object ${seed}`).slice(0, 32) as ObjectId,
          manifest: id(`manifest ${seed}`) as BlobId,
          size: 1,
          mtimeMs: 1,
          commitment: blake3(utf8(seed))
        })
      }
    ]
    const before = new Set(this.known)
    const past = { has: (_log: LogId, _seq: number, hash: EntryHash) => before.has(hash) }
    const built = this.index.build(intents, { log, past })!
    const hash = id(seed) as EntryHash
    this.pasts.set(hash, before)
    this.add({
      hash,
      log,
      seq,
      past,
      commitments: built.changeHashes,
      commit: (change) => change,
      operations: built.operations
    })
  }

  take(entries: readonly IndexEntry[]): void {
    for (const entry of [...entries]) if (!this.known.has(entry.hash)) this.add(entry)
  }

  private add(entry: IndexEntry): void {
    if (!this.pasts.has(entry.hash))
      this.pasts.set(entry.hash, new Set([...this.known].filter((hash) => entry.past.has(entry.log, 0, hash))))
    assert.equal(this.index.apply(entry), 'applied')
    this.known.add(entry.hash)
    this.entries.push(entry)
  }
}

function shortNames(messages: readonly { name: string }[]): string[] {
  return messages.map(({ name }) => name.slice('2026-11-20T'.length, -'.md'.length))
}

function logOf(name: string): LogId {
  return logIdOf(id(`device ${name}`) as DeviceId, id(`incarnation ${name}`).slice(0, 16) as Incarnation)
}

function id(text: string): string {
  return toHex(blake3(utf8(text)))
}
