import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SIGN } from '@holdfast/core/base/labels'
import { encodeEntry } from '@holdfast/core/log/entry'
import type { EntryBytes } from '@holdfast/core/log/entry'
import { decodeHeader, encodeHeader } from '@holdfast/core/log/header'
import { sign } from '@holdfast/core/proof/sign'
import { newSecrets } from './scene/home.ts'
import { stage, withstands } from './scene/withstand.ts'

test('A9 A10 entries that a relay signs itself, as itself or in the name of a member, are applied nowhere', async () => {
  const all = await stage()
  const { relay, b } = all
  const stranger = await newSecrets()
  const planted: EntryBytes[] = []
  for (const { device, seed } of [relay.key, stranger]) {
    for (const writer of [device, decodeHeader(b.header).device]) {
      const header = encodeHeader({ ...decodeHeader(b.header), device: writer, seq: 1, prev: null, seen: [] })
      planted.push({ ...b, header, signature: await sign(SIGN.entry, seed, header) })
    }
  }
  const entries = planted.map((entry) => ({ entry: encodeEntry(entry), records: [] }))
  const codes = await withstands('planted', all, {
    says: (message) => {
      if (message.kind === 'entries') return []
      if (message.kind !== 'heads') return [message]
      return [{ kind: 'entries', vault: all.phone.vault.id, entries, role: 'pushed' }]
    }
  })
  assert.ok(codes.includes('PEER_LIES'))
})
