import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isHoldfastError } from '../base/errors.ts'
import { decodeCheckpointPage, encodeCheckpoint, loadCheckpoint } from './checkpoint.ts'
import { addFile, replaceContent } from './edits.ts'
import { FakeLog, contentNamed, fileNamed, logNamed, picture, throwsCode } from './fake-log.test.ts'
import { Index } from './index.ts'

test('a checkpoint gives the index its entries give', () => {
  const { logs, index, entries } = stage()
  const loaded = loadCheckpoint(encodeCheckpoint(entries), entries.map(headerOf), logs.options)
  assert.ok('index' in loaded)
  assert.deepEqual(picture(loaded.index), picture(index))
})

test('a checkpoint that holds other changes than the headers commit to is refused', () => {
  const { logs, entries } = stage()
  const swapped = [{ ...entries[0]!, operations: entries[1]!.operations }, entries[1]!]
  throwsCode('COMMITMENT_MISMATCH', () =>
    loadCheckpoint(encodeCheckpoint(swapped), entries.map(headerOf), logs.options)
  )
  assert.deepEqual(loadCheckpoint(encodeCheckpoint([entries[0]!]), entries.map(headerOf), logs.options), {
    missing: [entries[1]!.hash]
  })
})

test('an entry that is void stays void when its own payload says so', () => {
  const { logs, entries } = stage()
  const voided = [entries[0]!, { ...entries[1]!, commitments: new Map() }]
  const loaded = loadCheckpoint(encodeCheckpoint([entries[0]!]), [headerOf(voided[0]!), voided[1]!], logs.options)
  assert.ok('index' in loaded)
  assert.equal(loaded.index.has(entries[1]!.hash), false)
})

test('garbage is no checkpoint', () => {
  const refuses = (bytes: Uint8Array) =>
    assert.throws(
      () => decodeCheckpointPage(bytes),
      (error) => isHoldfastError(error)
    )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), refuses))
})

function headerOf<T extends { operations: unknown }>({ operations: _, ...header }: T): Omit<T, 'operations'> {
  return header
}

function stage() {
  const logs = new FakeLog()
  const index = Index.create(logs.options)
  const log = logNamed('a')
  const first = logs.write(
    index,
    log,
    1,
    [],
    addFile(index.tree, fileNamed(1), { parent: null, name: 'a' }, contentNamed(1))
  )
  index.apply(first)
  const second = logs.write(index, log, 2, [first.hash], replaceContent(index.tree, fileNamed(1), contentNamed(2)))
  index.apply(second)
  return { logs, index, entries: [first, second] }
}
