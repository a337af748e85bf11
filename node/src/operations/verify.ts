import { HoldfastError } from '@holdfast/core/base/errors'
import type { BlobId } from '@holdfast/core/base/ids'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { contentOf, everythingAt } from './look.ts'
import type { OperationIo } from './operation.ts'

/** Re-hashes everything here. Throws HASH_MISMATCH when something is damaged that nobody could give again. */
export async function verify(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  const found = await engine.verify({
    signal: io.signal,
    onProgress: (blobs, bytes) => io.progress({ type: 'progress', blobs, bytes })
  })
  const damaged = await askAgain(engine, found.damaged)
  for (const { blob, paths } of affected(engine, damaged)) await io.emit({ type: 'damaged', blob, paths })
  for (const { entry, code } of found.damagedEntries) await io.emit({ type: 'damaged', entry, code })
  const repaired = found.repaired + found.damaged.length - damaged.length
  const { entries, blobs, bytes, damagedEntries } = found
  await io.emit({
    type: 'done',
    entries,
    blobs,
    bytes,
    damaged: damaged.length,
    damagedEntries: damagedEntries.length,
    repaired
  })
  if (damaged.length + damagedEntries.length > 0) throw new HoldfastError('HASH_MISMATCH')
}

/** Connections may have been under way while it was checked: one attempt at every peer, then what is damaged still. */
async function askAgain(engine: OpEngine, damaged: readonly BlobId[]): Promise<readonly BlobId[]> {
  if (damaged.length === 0 || !engine.isOnline) return damaged
  const { connected } = await engine.network.attemptAll()
  if (connected === 0) return damaged
  await Promise.allSettled(engine.network.sessionsWith().map((session) => session.idle()))
  await engine.exchange.idle()
  return damaged.filter((blob) => engine.exchange.damaged.has(blob))
}

/** The files that need each of these blobs, so that people know what is at stake. */
function affected(engine: OpEngine, blobs: readonly BlobId[]): { blob: BlobId; paths: string[] }[] {
  const paths = new Map<BlobId, string[]>(blobs.map((blob) => [blob, []]))
  if (blobs.length === 0) return []
  const pins = engine.vault.replica.log.pins()
  for (const { path, node } of everythingAt(engine, [])) {
    const content = contentOf(node)
    const record = content === undefined ? undefined : pins.recordOf(content.object)
    for (const { id } of record === undefined ? [] : [record.manifest, ...record.blobs])
      paths.get(id)?.push(pathText(path))
  }
  return [...paths].map(([blob, of]) => ({ blob, paths: of }))
}
