import { test } from 'node:test'
import type { DeviceId } from '@holdfast/core/base/ids'
import { entryHash } from '@holdfast/core/log/entry'
import { decodeHeader, encodeHeader } from '@holdfast/core/log/header'
import type { Header } from '@holdfast/core/log/header'
import { changeEntries } from './scene/malice.ts'
import { stage, withstands } from './scene/withstand.ts'

test('A8 a size, time, kind, number or epoch that a relay changes in a header breaks the signature over it', async () => {
  const changes: Record<string, Partial<Header>> = {
    time: { timeMs: 5 },
    size: { payloadBytes: 7 },
    kind: { kind: 'checkpoint', documents: [] },
    number: { seq: 99 },
    writer: { device: 'ab'.repeat(32) as DeviceId },
    documents: { documents: [] }
  }
  const all = await stage()
  const last = entryHash(all.b)
  const first = entryHash(all.a)
  for (const [name, change] of Object.entries(changes)) {
    await withstands(
      name,
      all,
      changeEntries((bytes) => {
        const hash = entryHash(bytes)
        if (hash !== first && hash !== last) return {}
        return { entry: { ...bytes, header: encodeHeader({ ...decodeHeader(bytes.header), ...change }) } }
      })
    )
  }
})
