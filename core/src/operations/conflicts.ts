import { HoldfastError } from '../base/errors.ts'
import type { FileId, ObjectId } from '../base/ids.ts'
import { authorsIn, writerOf } from '../engine/authors.ts'
import type { FileContent } from '../index/records.ts'
import { copiesOfFile, keepOne } from '../index/settle.ts'
import type { Vault } from '../vault/vault.ts'
import { Arguments } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { isoTime } from './list.ts'
import type { OperationIo } from './operation.ts'
import { shownVaults } from './places.ts'

/** Files that two devices changed without knowing of each other: both contents are kept, each under a name of its own. */
export async function conflicts(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  let count = 0
  const authorOf = authorsIn(engine)
  for (const { vault, pathOf: shownAt } of shownVaults(engine)) {
    const { tree } = vault.index
    const pathOf = (file: FileId): string => pathText(shownAt(file) ?? [])
    const told = (content: FileContent): object => {
      const author = authorOf(vault, content)
      const mtime = isoTime(content.mtimeMs)
      return { bytes: content.size, mtime, version: content.object, ...(author === undefined ? {} : { author }) }
    }
    for (const { file, winner, losers } of tree.conflicts()) {
      count++
      await io.emit({
        type: 'conflict',
        path: pathOf(file),
        ...(winner === undefined ? {} : told(winner)),
        others: losers.map(({ content, shownAs }) => ({ path: pathOf(shownAs), ...told(content) }))
      })
    }
  }
  await io.emit({ type: 'done', conflicts: count })
}

export interface ResolveArgs {
  readonly path: readonly string[]
  /** `mine` is what this device wrote, `theirs` the other one; the first digits of a version name any. */
  readonly keep: string
}

export function parseResolve(value: unknown): ResolveArgs {
  const args = new Arguments(value)
  const keep = args.text('keep')
  if (!/^(?:mine|theirs|both|[0-9a-f]{4,32})$/.test(keep))
    throw new HoldfastError('USAGE', 'keep is mine, theirs, both or a version')
  return { path: args.path('path'), keep }
}

/** Ends a conflict: with both as files of their own, or with one while every other stays as a version that can be restored. */
export async function resolveConflict(engine: OpEngine, { path, keep }: ResolveArgs, io: OperationIo): Promise<void> {
  const { vault, path: at, mountPath } = engine.place(path)
  const { tree } = vault.index
  const found = tree.resolve(at)
  const file = found?.conflictOf ?? found?.id
  const before = file === undefined ? undefined : tree.conflictOf(file)
  if (file === undefined || before === undefined) throw new HoldfastError('NOT_FOUND', 'There is no conflict here.')
  const contents = [
    ...(before.winner === undefined ? [] : [before.winner]),
    ...before.losers.map(({ content }) => content)
  ]
  const chosen = keep === 'both' ? undefined : chosenOf(engine, vault, contents, keep)
  await vault.edit(() => {
    if (chosen !== undefined) return keepOne(vault.index.tree, file, chosen)
    const node = vault.index.tree.node(file)
    return node === undefined ? [] : copiesOfFile(vault.index.tree, node)
  })
  const shown = (id: FileId): string => pathText([...mountPath, ...(vault.index.tree.pathOf(id) ?? at)])
  await io.emit({
    type: 'resolved',
    path: shown(file),
    version: chosen ?? before.winner?.object ?? null,
    others: chosen === undefined ? before.losers.map(({ shownAs }) => shown(shownAs)) : []
  })
}

function chosenOf(engine: OpEngine, vault: Vault, contents: readonly FileContent[], keep: string): ObjectId {
  const own = engine.home.secrets.device
  const isMine = (content: FileContent): boolean => writerOf(vault, content)?.device === own
  const fitting = contents.filter((content) => {
    if (keep === 'mine') return isMine(content)
    return keep === 'theirs' ? !isMine(content) : content.object.startsWith(keep)
  })
  if (fitting.length === 0) throw new HoldfastError('NOT_FOUND', 'None of the contents in conflict is that one.')
  if (fitting.length > 1)
    throw new HoldfastError('AMBIGUOUS_NAME', 'More than one of the contents is that: name a version.')
  return fitting[0]!.object
}
