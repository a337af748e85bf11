import { blake3Id } from '@holdfast/core/proof/blake3'
import type { BlobId, ObjectId, VaultId } from '@holdfast/core/base/ids'
import type { Checker } from '../checker.ts'
import type { Machine } from '../machine.ts'
import { SimRelay } from '../relay.ts'
import type { World } from '../world.ts'

/** Asked at the medium, as the bytes leave it, of the entries that the machine holds and not of what it concludes from them. */
export function promise05(world: World): Checker {
  const self: Checker = {
    promise: 5,
    says: 'a blob is deleted only when each pin naming it was withdrawn',
    blobGone(machine, id, bytes) {
      // Damaged: it makes room for a whole copy.
      if (blake3Id<BlobId>(bytes) !== id) return
      const holder = pinnedBy(world, machine, id)
      if (holder !== undefined)
        world.broken(self, `${machine.name} deleted ${id.slice(0, 8)}, which object ${holder.slice(0, 8)} needs`)
    }
  }
  return self
}

function pinnedBy(world: World, machine: Machine, id: BlobId): string | undefined {
  const replica = machine.running?.replica
  if (replica === undefined) return undefined
  const vaults = replica.vaults()
  const shredded = new Set(
    vaults.flatMap(({ log }) => log.counted().flatMap((hash) => log.entry(hash)?.pinList?.shreds ?? []))
  )
  for (const record of world.truth.blobRecords.get(id)?.values() ?? []) {
    if (shredded.has(record.object)) continue
    const naming = vaults.filter((vault) => world.truth.names(vault, record.hash))
    if (naming.some((vault) => !isElsewhere(world, machine, vault.id, record.object, id))) return record.object
  }
  return undefined
}

/** It is other relays' to hold, and those have it, on their media: or they lied, or lost it since they said so. */
function isElsewhere(world: World, machine: Machine, vault: VaultId, object: ObjectId, id: BlobId): boolean {
  if (!(machine instanceof SimRelay)) return false
  const { placed } = machine.running!.replica
  const holders = placed.responsible(vault, object)
  if (holders.length === 0 || holders.includes(machine.id)) return false
  const nowMs = world.scheduler.nowMs
  return world.relays.every(
    (relay) =>
      !holders.includes(relay.id) ||
      relay.liar !== undefined ||
      nowMs - relay.destroyedMs < LATELY_MS ||
      relay.disk.blobs.has(id)
  )
}

const LATELY_MS = 60_000
