import type { EntryHash, RecordHash, VaultId } from '@holdfast/core/base/ids'
import { decodeEntry } from '@holdfast/core/log/entry'
import type { ObjectState } from '@holdfast/core/sync/wire/messages'
import { decodeBlobRequest } from '@holdfast/core/sync/wire/blob-messages'
import { decodePutReply, PUT } from '@holdfast/core/sync/wire/blob-replies'
import type { Checker } from '../checker.ts'
import type { Machine } from '../machine.ts'
import type { World } from '../world.ts'

/** Whatever leaves a machine is compared with what is on its medium at that moment; so is what a relay says it has. */
export function promise02(world: World): Checker {
  const isDurable = (machine: Machine, vault: VaultId, hash: EntryHash): boolean =>
    machine.disk.rows.get(`log/${vault}/n/${hash}`) !== undefined
  const assertDurable = (machine: Machine, vault: VaultId, hash: EntryHash, where: string): void => {
    if (!isDurable(machine, vault, hash))
      world.broken(self, `${machine.name} told of ${hash.slice(0, 8)} (${where}) before it was durable`)
  }
  const self: Checker = {
    promise: 2,
    says: 'what a peer hears of is durable',
    said(from, _to, message) {
      if (message.kind === 'entries')
        for (const { entry } of message.entries) assertDurable(from, message.vault, decodeEntry(entry).hash, 'entries')
      if (message.kind === 'heads')
        for (const { hash } of message.heads) assertDurable(from, message.vault, hash, 'heads')
      if (message.kind === 'state') {
        assertDurable(from, message.vault, message.entry, 'state')
        for (const missing of falselyComplete(world, from, message))
          world.broken(
            self,
            `${from.name} says that ${message.entry.slice(0, 8)} is complete without ${missing.slice(0, 8)}`
          )
      }
    },
    answered(by, _to, header, reply) {
      const request = decodeBlobRequest(header)
      if (request.kind !== 'put') return
      const outcomes = decodePutReply(reply.header, request.items.length)
      for (const [i, { blob }] of request.items.entries()) {
        if (outcomes[i] === PUT.stored && !by.disk.blobs.has(blob))
          world.broken(self, `${by.name} says that it stored ${blob.slice(0, 8)}, and has not`)
      }
    }
  }
  return self
}

/** Blobs a relay does not name as missing and does not have. What the world took from it unnoticed is no lie. */
function falselyComplete(world: World, relay: Machine, state: ObjectState): string[] {
  const missing = new Map<RecordHash, ReadonlySet<string>>(
    state.incomplete.map((one) => [one.record, new Set<string>(one.missing)])
  )
  const records = world.truth.entries.get(state.entry)?.records ?? []
  return records.flatMap(({ hash, object, manifest, blobs }) => {
    const named = missing.get(hash)
    if (named?.size === 0 || state.elsewhere.includes(hash) || world.truth.shredded.has(object)) return []
    return [manifest, ...blobs]
      .filter(({ id }) => named?.has(id) !== true && !relay.disk.blobs.has(id) && !relay.taken.has(id))
      .map(({ id }) => id)
  })
}
