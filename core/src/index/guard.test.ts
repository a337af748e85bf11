import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EntryHash, LogId } from '../base/ids.ts'
import { isHoldfastError } from '../base/errors.ts'
import { LIMITS } from '../base/limits.ts'
import { addFile } from './edits.ts'
import { actorOf } from './entry.ts'
import type { IndexEntry } from './entry.ts'
import { FakeLog, contentNamed, fileNamed, id, logNamed, picture, throwsCode } from './fake-log.test.ts'
import { Index } from './index.ts'
import { contentKey, docOf, placeKey, versionKey } from './keys.ts'
import { LOST_FOUND } from './lost-found.ts'
import type { Actor, DocumentChange, OpId, Operation } from './operations.ts'
import { encodeContent, encodePlace } from './records.ts'

test('whatever a writer puts into an entry, a bad one changes nothing and the index still loads', () => {
  for (const [name, operation] of Object.entries(hostileOperations())) {
    const { refuses } = stage()
    refuses(name, (good) => [{ doc: good.doc, operations: [operation] }])
  }
})

test('operations in another order, twice for one key, in another document or too many are refused', () => {
  const { refuses } = stage()
  refuses('keys out of order', (good) => [{ ...good, operations: [...good.operations].reverse() }])
  refuses('one key twice', (good) => [{ ...good, operations: [good.operations[0]!, good.operations[0]!] }])
  refuses('another document', (good) => [{ ...good, doc: (good.doc + 1) % 16 }])
  refuses('a document beyond the last', (good) => [{ ...good, doc: 16 }])
  refuses('no operation at all', (good) => [{ ...good, operations: [] }])
  refuses('no document at all', () => [])
  refuses('one document twice', (good) => [good, good])
  refuses('more than one entry may carry', (good) => [
    { ...good, operations: many(LIMITS.operationsPerEntry + 1, good.doc) }
  ])
})

test('a change other than the header commits to is refused: sequence number, actor and startOp cannot be chosen', () => {
  const { logs, index, base } = stage()
  const file = fileNamed('later')
  const entry = logs.write(
    index,
    A,
    2,
    [base.hash],
    addFile(index.tree, file, { parent: null, name: 'later' }, contentNamed(2))
  )
  const before = picture(index)
  const flipped = new Map(
    [...entry.commitments].map(([doc, commitment]) => [doc, commitment.map((byte, i) => (i === 0 ? byte ^ 1 : byte))])
  )
  throwsCode('BAD_OPERATION', () => index.apply({ ...entry, commitments: flipped }))
  throwsCode('BAD_OPERATION', () => index.apply({ ...entry, log: logNamed('somebody else') }))
  throwsCode('BAD_OPERATION', () => index.apply({ ...entry, past: logs.past([]), log: logNamed('b') }))
  throwsCode('BAD_OPERATION', () => index.apply({ ...entry, commitments: new Map() }))
  assert.deepEqual(picture(index), before)
  assert.equal(index.apply(entry), 'applied')
})

test('a value replaced concurrently by another may still be named, one outside the own past may not', () => {
  const { logs, index, base, file } = stage()
  const own = index.tree.state(file)!.contents[0]!
  const replace = (name: string, preds: OpId[]): DocumentChange[] => [
    { doc: docOf(file, 16), operations: [{ key: contentKey(file), value: encodeContent(contentNamed(name)), preds }] }
  ]
  const other = Index.create(logs.options)
  other.apply(base)
  const first = committed(logs, B, 1, [base.hash], replace('b', [own]))
  const second = committed(logs, C, 1, [base.hash], replace('c', [own]))
  assert.equal(index.apply(first), 'applied')
  assert.equal(index.apply(second), 'applied')
  const notSeen = index.tree.state(file)!.contents.find((held) => held.actor === actorOf(logs.options.vault, B))!
  throwsCode('BAD_OPERATION', () => index.apply(committed(logs, C, 2, [second.hash], replace('d', [notSeen]))))
  // The same on a device that holds no more than the entry's past.
  other.apply(second)
  throwsCode('BAD_OPERATION', () => other.apply(committed(logs, C, 2, [second.hash], replace('d', [notSeen]), 'again')))
})

test('arbitrary operations are applied or refused, never anything else, and what is saved loads', () => {
  const key = fc.oneof(
    fc.constantFrom(contentKey(FILE), placeKey(FILE), 'x', '__proto__', 'constructor', '_root', ''),
    fc.string()
  )
  const preds = fc.array(
    fc.record({
      counter: fc.integer({ min: -1, max: 5 }),
      actor: fc.constantFrom(actorOf(id('vault') as never, A), 'ff'.repeat(16) as Actor)
    }),
    { maxLength: 3 }
  )
  const operation = fc.record({
    key,
    value: fc.option(fc.oneof(fc.uint8Array(), fc.constant(encodeContent(contentNamed(3))))),
    preds
  })
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ doc: fc.constantFrom(docOf(FILE, 16), 0, 17), operations: fc.array(operation, { maxLength: 3 }) }),
        { maxLength: 2 }
      ),
      (changes) => {
        const { logs, index, base } = stage()
        const before = picture(index)
        try {
          index.apply(committed(logs, B, 1, [base.hash], changes))
        } catch (error) {
          assert.ok(isHoldfastError(error, 'BAD_OPERATION'), String(error))
          assert.deepEqual(picture(index), before)
        }
        Index.prove(index.save(), logs.options)
      }
    ),
    { numRuns: 60 }
  )
})

const A = logNamed('a')
const B = logNamed('b')
const C = logNamed('c')
const FILE = fileNamed(1)

/** An index with one file, and a device that tries something on top of it. */
function stage() {
  const logs = new FakeLog()
  const index = Index.create(logs.options)
  const base = logs.write(index, A, 1, [], addFile(index.tree, FILE, { parent: null, name: 'a' }, contentNamed(1)))
  index.apply(base)
  const good = base.operations[0]!
  const before = picture(index)
  const refuses = (name: string, make: (good: DocumentChange) => DocumentChange[]) => {
    throwsCode('BAD_OPERATION', () => index.apply(committed(logs, B, 1, [base.hash], make(good), name)))
    assert.deepEqual(picture(index), before, name)
    Index.prove(index.save('all'), logs.options)
  }
  return { logs, index, base, file: FILE, refuses }
}

function hostileOperations(): Record<string, Operation> {
  const actor = actorOf(id('vault') as never, A)
  const key = contentKey(FILE)
  const value = encodeContent(contentNamed('new'))
  const there = { counter: 1, actor }
  return {
    'an unknown prefix': { key: `x/${FILE}`, value, preds: [] },
    'a key of the object prototype': { key: '__proto__', value, preds: [] },
    'a file id in capitals': { key: `c/${FILE.toUpperCase()}`, value, preds: [] },
    'a reserved file': { key: contentKey(LOST_FOUND), value, preds: [] },
    'a value that is no bytes': { key, value: { nested: true } as unknown as Uint8Array, preds: [] },
    'a record of another form': { key, value: Uint8Array.of(0x80), preds: [] },
    'a place that is no place': { key: placeKey(FILE), value, preds: [] },
    'a version under another object': { key: `v/${FILE}/${'ab'.repeat(16)}`, value, preds: [] },
    'a folder that is a copy in a conflict': { key, value: Uint8Array.of(0x84, 1, 3, 0, 0x80), preds: [] },
    'a version that is a copy in a conflict': {
      key: versionKey(FILE, contentNamed('new').object),
      value: encodeContent(contentNamed('new'), { object: contentNamed(1).object, at: there, mtimeMs: 1 }),
      preds: []
    },
    'a scalar over the limit': { key: `n/${FILE}/x`, value: new Uint8Array(LIMITS.scalarBytes + 1), preds: [] },
    'a delete of nothing': { key, value: null, preds: [] },
    'an operation of nobody': { key, value, preds: [{ counter: 1, actor: 'ff'.repeat(16) as Actor }] },
    'an operation that was never made': { key, value, preds: [{ counter: 99, actor }] },
    'a huge operation number': { key, value, preds: [{ counter: 1e8, actor }] },
    'an operation of another key': {
      key: placeKey(FILE),
      value: encodePlace({ parent: null, name: 'x' }),
      preds: [there]
    },
    'one value twice': { key, value, preds: [there, there] },
    'more replaced values than one may name': {
      key,
      value,
      preds: Array.from({ length: LIMITS.predsPerOperation + 1 }, (_, i) => ({ counter: i + 1, actor }))
    }
  }
}

function many(count: number, doc: number): Operation[] {
  const found: Operation[] = []
  for (let i = 0; found.length < count; i++) {
    const file = fileNamed(`many ${i}`)
    if (docOf(file, 16) === doc)
      found.push({ key: contentKey(file), value: encodeContent({ kind: 'folder', mtimeMs: 0 }), preds: [] })
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** An entry whose commitments always fit: who writes bad operations can commit to the change they make. */
function committed(
  logs: FakeLog,
  log: LogId,
  seq: number,
  parents: EntryHash[],
  changes: DocumentChange[],
  salt = ''
): IndexEntry {
  const entry = logs.entry(log, seq, parents, changes, new Map(changes.map((change) => [change.doc, FITS])), salt)
  return { ...entry, commitments: new Map(changes.map((change) => [change.doc, FITS])), commit: () => FITS }
}

const FITS = new Uint8Array(32)
