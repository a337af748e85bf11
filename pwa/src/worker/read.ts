import { HoldfastError } from '@holdfast/core/base/errors'
import type { Engine } from '@holdfast/core/engine/engine'
import { contentOf } from '@holdfast/core/operations/look'
import { lookUp } from '@holdfast/core/operations/places'
import { reachFor } from '@holdfast/core/operations/reach'
import { pathOf } from './path.ts'

/**
 * Bytes of a file, as far as it has them; only the blobs that cover them are brought here. Throws as `Vault.read` does, and FILE_CHANGED
 * when it is not the version that was asked for.
 */
export async function readRange(
  engine: Engine,
  text: string,
  { start, end, version }: { start: number; end: number; version?: string | undefined },
  signal: AbortSignal
): Promise<Uint8Array<ArrayBuffer>> {
  const path = pathOf(text)
  await engine.openAlong([path])
  const found = lookUp(engine, path)
  const content = found === undefined ? undefined : contentOf(found.node)
  if (found?.vault === undefined || content === undefined)
    throw new HoldfastError(found?.node.kind === 'file' ? 'NOT_HERE' : 'IS_A_FOLDER')
  if (version !== undefined && content.object !== version) throw new HoldfastError('FILE_CHANGED')
  const range = { start: Math.min(start, content.size), end: Math.min(end, content.size) }
  const bytes = new Uint8Array(range.end - range.start)
  if (bytes.length === 0) return bytes
  await reachFor(engine, [found])
  let at = 0
  for await (const piece of found.vault.read(content, range, { signal })) {
    bytes.set(piece, at)
    at += piece.length
  }
  if (at !== bytes.length) throw new HoldfastError('MALFORMED')
  void engine.keeping?.used(found.vault.id, content).catch(() => undefined) // costs a download at most
  return bytes
}
