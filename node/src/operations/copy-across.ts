import { HoldfastError } from '@holdfast/core/base/errors'
import type { Vault } from '@holdfast/core/vault/vault'
import type { AddItem } from '@holdfast/core/vault/write'
import type { OpEngine } from './engine-part.ts'
import { contentOf } from './look.ts'
import { everythingAt, look, lookUp } from './places.ts'
import type { Found } from './places.ts'
import { reachFor } from './reach.ts'

/**
 * Copies what stands at a path of one vault to a path of another, sealed anew there: what it is now, without what it was.
 * All of it or an error: what was copied before that stays, and nothing of the source is removed. Throws EXISTS,
 * NOT_FOUND, NOT_A_FOLDER, NOT_HERE, what reading and adding throw.
 */
export async function copyAcross(
  engine: OpEngine,
  found: Found,
  target: readonly string[],
  signal: AbortSignal
): Promise<void> {
  if (look(engine, target) !== undefined) throw new HoldfastError('EXISTS')
  if ((lookUp(engine, target.slice(0, -1))?.node.kind ?? 'folder') !== 'folder') throw new HoldfastError('NOT_A_FOLDER')
  const all = [...everythingAt(engine, found.path)]
  await reachFor(engine, all)
  const to = engine.place(target)
  const depth = found.path.length
  const report = await to.vault.addTree(itemsOf(all, depth, to.path, signal), [], { signal })
  const [failed] = report.failed
  if (failed !== undefined) throw new HoldfastError(failed.code)
}

async function* itemsOf(
  all: readonly Found[],
  depth: number,
  to: readonly string[],
  signal: AbortSignal
): AsyncGenerator<AddItem> {
  for (const found of all) yield await itemOf(found, [...to, ...found.path.slice(depth)], signal)
}

async function itemOf({ node, vault }: Found, path: readonly string[], signal: AbortSignal): Promise<AddItem> {
  const mtimeMs = node.content?.mtimeMs ?? 0
  if (node.kind === 'folder') return { kind: 'folder', path, mtimeMs }
  const content = contentOf(node)
  if (content === undefined || vault === undefined) throw new HoldfastError('NOT_HERE')
  const bytes = (): AsyncIterable<Uint8Array> => vault.read(content, undefined, { signal })
  if (node.kind === 'link') return { kind: 'link', path, mtimeMs, target: await textOf(bytes()) }
  const executable = node.kind === 'executable'
  return {
    kind: 'file',
    path,
    mtimeMs,
    executable,
    sizeBytes: content.size,
    content: { sizeBytes: content.size, bytes }
  }
}

async function textOf(bytes: ReturnType<Vault['read']> | AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}
