import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DiskNames } from './disk-names.ts'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import type { Found } from '@holdfast/core/operations/places'

const engine = {
  place: () => ({ mountPath: ['conversations', '2026-11-20T14:05:09-anna-bob'] })
} as unknown as OpEngine
const talk = ['conversations', '2026-11-20T14:05:09-anna-bob']

test('in a conversation the times of messages lose their colons, above it and elsewhere nothing does', () => {
  const names = new DiskNames(engine)
  assert.deepEqual(names.of(at('conversation', [...talk, '2026-11-20T14:05:10-anna.md']), 1), [
    '2026-11-20T14.05.09-anna-bob',
    '2026-11-20T14.05.10-anna.md'
  ])
  assert.deepEqual(names.of(at('conversation', [...talk, 'a:b']), 2), ['a:b'])
  assert.deepEqual(names.of(at('folder', ['logs', '2026-11-20T14:05:09-x']), 0), ['logs', '2026-11-20T14:05:09-x'])
})

test('a name that a member chose so that it would take another one’s place gets a number', () => {
  const names = new DiskNames(engine)
  const both = ['2026-11-20T14.05.09-anna.md', '2026-11-20T14:05:09-anna.md', '2026-11-20T14:05:09-ANNA.md']
  const given = both.map((name) => names.of(at('conversation', [...talk, name]), 2)[0])
  assert.deepEqual(given, [
    '2026-11-20T14.05.09-anna.md',
    '2026-11-20T14.05.09-anna (2).md',
    '2026-11-20T14.05.09-ANNA (3).md'
  ])
  assert.equal(names.of(at('conversation', [...talk, both[1]!]), 2)[0], given[1], 'the same one again')
})

function at(kind: string, path: readonly string[]): Found {
  return { path, vault: { replica: { log: { genesis: { kind } } } } } as unknown as Found
}
