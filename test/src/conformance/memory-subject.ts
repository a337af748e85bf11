import { MemoryDisk } from '../fakes/memory-disk.ts'
import type { Subject } from './subject.ts'

/** A store on a disk in memory. */
export async function inMemory<Store>(open: (disk: MemoryDisk) => Promise<Store>): Promise<Subject<Store>> {
  const disk = new MemoryDisk()
  return {
    open: () => open(disk),
    rawContains: async (needle) => disk.rawContains(needle),
    damage: async (needle) => {
      for (const [key, value] of disk.rows.all()) if (Buffer.from(value).includes(Buffer.from(needle))) disk.rotRow(key)
      for (const [id, bytes] of disk.blobs) if (Buffer.from(bytes).includes(Buffer.from(needle))) disk.rotBlob(id)
    },
    remove: async () => {}
  }
}
