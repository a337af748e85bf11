import type { BlobId, ObjectId } from '@holdfast/core/base/ids'
import type { Engine } from '@holdfast/core/engine/engine'
import { missingBlobsOf } from '@holdfast/core/engine/whereabouts'
import { shownVaults } from '@holdfast/core/operations/places'
import { blobsOf } from '@holdfast/core/sync/blobs/blob-view'
import type { Transfer, Transfers } from '../bridge/vault-worker.ts'
import type { Session } from './session.ts'
import { textOf } from './path.ts'

const FILES = 100

export function transfersOf({ engine, isPaused }: Session): Transfers {
  const { receivedBytes, sentBytes } = engine.traffic()
  const up = new Map([...engine.exchange.underway()].map(([object, there]) => [object, (id: BlobId) => there.has(id)]))
  const down = new Map(
    [...(engine.keeping?.coming() ?? [])].map(({ object, missing }) => {
      const away = new Set(missing)
      return [object, (id: BlobId) => !away.has(id)]
    })
  )
  const files = [...filesOf(engine, 'up', up), ...filesOf(engine, 'down', down)].slice(0, FILES)
  return { paused: isPaused, files, missingBlobs: missingBlobsOf(engine), receivedBytes, sentBytes }
}

/** Objects by the files that hold them now. `isDone`: of each blob. */
function* filesOf(
  engine: Engine,
  direction: Transfer['direction'],
  objects: ReadonlyMap<ObjectId, (id: BlobId) => boolean>
): Iterable<Transfer> {
  if (objects.size === 0) return
  for (const { vault, pathOf } of shownVaults(engine)) {
    for (const { node } of vault.index.tree.walk(null)) {
      const { content } = node
      const isDone = content === undefined || content.kind === 'folder' ? undefined : objects.get(content.object)
      if (isDone === undefined || content === undefined || content.kind === 'folder') continue
      const path = pathOf(node.id)
      const record = vault.replica.log.pins().recordOf(content.object)
      if (path === undefined || record === undefined) continue
      const blobs = blobsOf(record)
      const total = blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      const done = blobs.reduce((sum, { id, sizeBytes }) => sum + (isDone(id) ? sizeBytes : 0), 0)
      // Ciphertext is a little more, and may be less: what a person sees is the file.
      yield { path: textOf(path), direction, bytes: content.size, doneBytes: Math.round((content.size * done) / total) }
    }
  }
}
