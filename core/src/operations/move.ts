import { HoldfastError } from '../base/errors.ts'
import type { FileId } from '../base/ids.ts'
import type { ReadModel } from '../index/read-model.ts'
import { removeLinked } from '../vault/share.ts'
import { Arguments } from './arguments.ts'
import { copyAcross } from './copy-across.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { assertMayWrite, assertNoMount } from './mounts.ts'
import type { OperationIo } from './operation.ts'
import { look, lookUp } from './places.ts'
import type { Found } from './places.ts'

export interface MoveArgs {
  readonly from: readonly (readonly string[])[]
  readonly to: readonly string[]
}

export function parseMove(value: unknown): MoveArgs {
  const args = new Arguments(value)
  return { from: args.paths('from'), to: args.path('to') }
}

/**
 * Into `to` when that is a folder, else to that name. From one vault to another it is copied, then what was copied is removed: what
 * others have written there meanwhile stays, and is counted (`left`).
 */
export async function move(engine: OpEngine, { from, to }: MoveArgs, io: OperationIo): Promise<void> {
  const at = to.length === 0 ? undefined : look(engine, to)
  const into = to.length === 0 || at?.node.kind === 'folder'
  if (from.length > 1 && !into)
    throw new HoldfastError('NOT_A_FOLDER', 'Several things can only be moved into a folder.')
  for (const path of from) {
    const found = lookUp(engine, path)
    if (found === undefined) throw new HoldfastError('USAGE', 'the root stays where it is')
    const target = into && at?.node.id !== found.node.id ? [...to, path.at(-1)!] : to
    const across = await moveOne(engine, found, to, target, io)
    await io.emit({ type: 'moved', from: pathText(path), to: pathText(target), ...across })
  }
}

/** Nothing, or what became of it on its way into another vault. */
async function moveOne(
  engine: OpEngine,
  found: Found,
  to: readonly string[],
  target: readonly string[],
  io: OperationIo
): Promise<{ copied?: true; left?: number }> {
  const { personal } = engine
  const destination = engine.place(to)
  // A mount is moved as the folder of the personal vault that it is.
  const source =
    found.mount === undefined ? engine.place(found.path) : { vault: personal, path: found.path, mount: undefined }
  if (source.vault === destination.vault) {
    await source.vault.move(source.path, destination.path)
    return {}
  }
  assertNoMount(engine, found)
  for (const { vault } of [source, destination]) assertMayWrite(engine, vault)
  const linked = await copyAcross(engine, found, source.vault, target, io.signal)
  const { vault } = source
  await vault.edit(() => removeLinked(vault.index.tree, found.node.id, linked))
  const left = filesAt(vault.index.tree, found.node.id)
  return { copied: true, ...(left === 0 ? {} : { left }) }
}

function filesAt(tree: ReadModel, id: FileId): number {
  const node = tree.node(id)
  if (node?.kind !== 'folder') return node === undefined ? 0 : 1
  return [...tree.walk(id)].filter(({ node: { kind } }) => kind !== 'folder').length
}
