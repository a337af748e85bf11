import { HoldfastError } from '../base/errors.ts'
import type { FileId, ObjectId } from '../base/ids.ts'
import type { FileContent } from '../index/records.ts'
import { blobsOf } from '../log/blob-index.ts'
import type { Vault } from '../vault/vault.ts'
import { authorsIn } from '../engine/authors.ts'
import type { Place } from '../engine/place.ts'
import { Arguments, vaultPath } from './arguments.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { goneAt } from './gone.ts'
import { isoTime } from './list.ts'
import type { OperationIo } from './operation.ts'

/** What was: history and restore. */

export function parseHistory(value: unknown): { path: string[] } {
  return { path: new Arguments(value).path('path') }
}

/** Every version of what is, or was, at a path, the present one first; `retention` says which are kept no more, or not for long. */
export async function history(engine: OpEngine, { path }: { path: readonly string[] }, io: OperationIo): Promise<void> {
  const place = engine.place(path)
  const { vault } = place
  const files = filesAt(place)
  if (files.length === 0) throw new HoldfastError('NOT_FOUND')
  const authorOf = authorsIn(engine)
  for (const file of files) {
    for (const { content, state } of versionsOf(vault, file)) {
      const author = authorOf(vault, content)
      const kept = vault.replica.log.pins().stateOf(content.object)
      await io.emit({
        type: 'version',
        path: pathText(path),
        version: content.object,
        state,
        bytes: content.size,
        mtime: isoTime(content.mtimeMs),
        ...(kept === 'pinned' || state !== 'kept' ? {} : { retention: kept }),
        ...(author === undefined ? {} : { author })
      })
    }
  }
}

export interface RestoreArgs {
  /** As typed: `PATH` or `PATH@VERSION`, told apart by what there is. */
  readonly target: string
}

export function parseRestore(value: unknown): RestoreArgs {
  const target = new Arguments(value).text('target')
  vaultPath(target)
  return { target }
}

/** Brings back what was removed, or an earlier version of what is there. */
export async function restore(engine: OpEngine, { target }: RestoreArgs, io: OperationIo): Promise<void> {
  const { place, version } = split(engine, target)
  const { vault, mountPath } = place
  const found = version === undefined ? restorable(place) : [version]
  if (await isOver(engine, place, version)) throw new HoldfastError('NOT_HERE', KEPT_NO_MORE)
  if (found.length === 0)
    throw new HoldfastError('NOT_FOUND', 'There is nothing to bring back: nothing was removed or replaced here.')
  for (const { file, object } of found) {
    io.signal.throwIfAborted()
    await vault.restore(file, object)
    const at = place.mount?.file === file ? [] : (vault.index.tree.pathOf(file) ?? place.path)
    const path = pathText([...mountPath, ...at])
    const state = await stateOf(engine, vault, file)
    await io.emit({ type: 'restored', path, ...state, ...(object === undefined ? {} : { version: object }) })
  }
}

const KEPT_NO_MORE =
  'This is kept no more: it was replaced or removed longer ago than the settings keep.days and keep.versions say.'

/** Whether what was brought back lies here: where it does not, it comes when somebody who has it is reached. */
async function stateOf(
  { home }: OpEngine,
  { index, replica }: Vault,
  file: FileId
): Promise<{ state?: 'here' | 'elsewhere' }> {
  const { current } = index.tree.versions(file)
  const record = current === undefined ? undefined : replica.log.pins().lastRecordOf(current.object)
  if (record === undefined) return {}
  const isHere = !(await home.blobs.has([...blobsOf(record)])).includes(false)
  return { state: isHere ? 'here' : 'elsewhere' }
}

type Within = Pick<Place, 'vault' | 'path'>

/** Whether all that is asked for was given up and has gone: a version that is named may still lie on this device. */
async function isOver(
  { home }: OpEngine,
  place: Place,
  version: { file: FileId; object?: ObjectId } | undefined
): Promise<boolean> {
  const pins = place.vault.replica.log.pins()
  if (version?.object !== undefined) {
    const record = pins.lastRecordOf(version.object)
    if (record === undefined || pins.stateOf(version.object) !== 'gone') return false
    return (await home.blobs.has([...blobsOf(record)])).includes(false)
  }
  const files = filesAt(place)
  const kept = files.flatMap((file) => versionsOf(place.vault, file)).filter(({ state }) => state === 'kept')
  return kept.length > 0 && kept.every(({ content }) => pins.stateOf(content.object) === 'gone')
}

/** An `@` may be part of a name: it begins a version only where no such name exists. */
function split(engine: OpEngine, target: string): { place: Place; version?: { file: FileId; object?: ObjectId } } {
  const whole = engine.place(vaultPath(target))
  const match = /^(.*)@([0-9a-f]{4,32})$/s.exec(target)
  if (match === null || stoodAt(whole)) return { place: whole }
  const place = engine.place(vaultPath(match[1]!))
  const found = filesAt(place).flatMap((file) =>
    versionsOf(place.vault, file).map(({ content }) => ({ file, object: content.object }))
  )
  const fitting = found.filter(({ object }) => object.startsWith(match[2]!))
  if (fitting.length === 0) throw new HoldfastError('NOT_FOUND', 'There is no such version. See `holdfast history`.')
  if (fitting.length > 1) throw new HoldfastError('USAGE', 'several versions begin like this')
  return { place, version: fitting[0]! }
}

/** Whether anything has this name, or had it and can come back. */
function stoodAt({ vault, path }: Within): boolean {
  const { tree } = vault.index
  return tree.resolve(path) !== undefined || goneAt(tree, path).roots.length > 0
}

/** A living file goes back to its last version, with a folder comes all that was removed from it. */
function restorable({ vault, path }: Within): { file: FileId; object?: ObjectId }[] {
  const { tree } = vault.index
  const node = tree.resolve(path)
  const last = node === undefined || node.kind === 'folder' ? undefined : lastKept(vault, node.id)
  if (node !== undefined && last !== undefined) return [{ file: node.id, object: last.object }]
  return goneAt(tree, path).roots.map((file) => ({ file }))
}

/** The newest version that has not gone. */
function lastKept({ index, replica }: Vault, file: FileId): FileContent | undefined {
  const pins = replica.log.pins()
  return index.tree.versions(file).kept.find(({ object }) => pins.stateOf(object) !== 'gone')
}

/** The file that stands at a path and those that did and were removed. */
function filesAt({ vault, path }: Within): FileId[] {
  const { tree } = vault.index
  const node = tree.resolve(path)
  const living = node === undefined || node.kind === 'folder' ? [] : [node.conflictOf ?? node.id]
  return [...living, ...goneAt(tree, path).files]
}

function versionsOf(
  { index }: Vault,
  file: FileId
): { content: FileContent; state: 'current' | 'conflict' | 'kept' }[] {
  const { current, losers, kept } = index.tree.versions(file)
  return [
    ...(current === undefined ? [] : [{ content: current, state: 'current' as const }]),
    ...losers.map((content) => ({ content, state: 'conflict' as const })),
    ...kept.map((content) => ({ content, state: 'kept' as const }))
  ]
}
