import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entryHash } from '@holdfast/core/log/entry'
import type { EntryBytes } from '@holdfast/core/log/entry'
import { encodeRecord } from '@holdfast/core/log/record'
import { changeEntries, flipped } from './scene/malice.ts'
import { stage, withstands } from './scene/withstand.ts'

test('A7 names, contents and pins that a relay swaps between two signed entries stay where their writer put them', async () => {
  const all = await stage()
  const { a, b } = all
  for (const part of ['payload', 'signature', 'pinList'] as const) {
    const swap = (bytes: EntryBytes): EntryBytes => {
      if (entryHash(bytes) === entryHash(a)) return { ...a, [part]: b[part] }
      return entryHash(bytes) === entryHash(b) ? { ...b, [part]: a[part] } : bytes
    }
    const codes = await withstands(
      part,
      all,
      changeEntries((bytes) => ({ entry: swap(bytes) }))
    )
    assert.ok(codes.includes('PEER_LIES'), part)
  }
})

test('A7 object records that a relay swaps between two entries, or changes, are refused with the entry that names others', async () => {
  const all = await stage()
  const { laptop, a, b } = all
  const of = (path: string): Uint8Array => encodeRecord(laptop.vault.recordOf(laptop.content(path)))
  const swapped = new Map([
    [entryHash(a), [of('b.txt')]],
    [entryHash(b), [of('a.txt')]]
  ])
  const swap = changeEntries((bytes) => ({ records: swapped.get(entryHash(bytes)) ?? [] }))
  const flip = changeEntries((_, records) => ({
    records: records.map((record) => flipped(record, 8 * (record.length - 1)))
  }))
  for (const malice of [swap, flip]) assert.ok((await withstands('records', all, malice)).includes('PEER_LIES'))
})
