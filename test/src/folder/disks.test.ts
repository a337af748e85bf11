import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runChild } from '../conformance/child.ts'
import { ownMounts, smallDisk } from '../conformance/own-mounts.ts'
import { Pair } from './scene.ts'

const place = mkdtempSync(join(tmpdir(), 'holdfast-disks-'))
after(() => rmSync(place, { recursive: true, force: true }))

test('A27 a full disk, a read-only one and one that comes and goes: told, nothing half written, nothing deleted, and it goes on by itself', async (t) => {
  const disk = join(place, 'disk')
  mkdirSync(disk)
  const namespace = await ownMounts(disk)
  if (namespace !== undefined) {
    await runChild('../folder/small-disk-child', [disk, join(place, 'beside')], smallDisk(namespace, disk, 12))
    t.diagnostic('note: A folder on a full disk was tested on a real small tmpfs.')
    return
  }
  t.diagnostic(
    'note: A folder on a full disk was tested with writes that answer ENOSPC: no small tmpfs may be mounted here.'
  )
  const pair = await Pair.with({ old: 'o' })
  for (const name of ['old', 'x', 'y']) pair.b.write(name, 'new')
  await pair.sync({
    beforeWrite() {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    }
  })
  assert.deepEqual(pair.a.tree(), { old: 'o' })
  assert.deepEqual(new Set(pair.a.kept.state.report?.failed.values()), new Set(['STORE_FULL']))
  await pair.agree({ old: 'new', x: 'new', y: 'new' })
})

test('what may not be read, listed or written is told, and never taken for deleted or changed', async () => {
  const own = join(place, 'nobody')
  mkdirSync(own)
  for (const path of [place, own]) chmodSync(path, 0o777)
  await runChild('../folder/nobody-child', [join(own, 'a'), join(own, 'b')])
})
