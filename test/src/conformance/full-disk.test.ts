import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { memoryBlobs } from '../fakes/memory-blobs.ts'
import { MemoryDisk } from '../fakes/memory-disk.ts'
import { memoryKv } from '../fakes/memory-kv.ts'
import { runChild } from './child.ts'
import { surviveFullDisk } from './full-disk.ts'
import { ownMounts, smallDisk } from './own-mounts.ts'

test('a full disk is one clear error and loses nothing that was acknowledged: stores in memory', async () => {
  const disk = new MemoryDisk()
  disk.capacityBytes = 4 << 20
  await surviveFullDisk({
    open: async () => {
      const [kv, blobs] = [await memoryKv(disk), await memoryBlobs(disk)]
      return { kv, blobs, close: async () => void (await Promise.all([kv.close(), blobs.close()])) }
    },
    makeRoom: async () => {
      disk.capacityBytes *= 2
    }
  })
})

test('a full disk is one clear error and loses nothing that was acknowledged: stores on a real small disk', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-full-'))
  const namespace = await ownMounts(folder)
  if (namespace === undefined) {
    t.diagnostic(
      'note: The full disk was tested with a store port that answers ENOSPC: no small tmpfs may be mounted here.'
    )
  } else {
    // The mount is seen by this child only and goes with it.
    await runChild('full-disk-child', [folder], smallDisk(namespace, folder, 48))
    t.diagnostic('note: The full disk was tested on a real small tmpfs.')
  }
  await rm(folder, { recursive: true })
})
