import type { Checker } from '../checker.ts'
import type { World } from '../world.ts'

/** Looks at the writer's medium itself, at the moment its entry is durable. */
export function promise01(world: World): Checker {
  const self: Checker = {
    promise: 1,
    says: 'an entry references only blobs that are durable on the device that wrote it',
    signed(machine, hash, { records }) {
      for (const record of records) {
        for (const { id } of [record.manifest, ...record.blobs]) {
          if (world.truth.shredded.has(record.object) || machine.disk.blobs.has(id)) continue
          world.broken(
            self,
            `${machine.name} wrote ${hash.slice(0, 8)}, whose blob ${id.slice(0, 8)} is not on its disk`
          )
        }
      }
    }
  }
  return self
}
