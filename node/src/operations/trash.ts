import { HoldfastError } from '@holdfast/core/base/errors'
import { Arguments } from '@holdfast/core/operations/arguments'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import type { OperationIo } from '@holdfast/core/operations/operation'
import { DiskRoot } from '../folder/disk-root.ts'
import { foldersOf } from '../folder/folders.ts'
import { emptyTrash, listTrash, restoreFromTrash } from '../folder/trash.ts'
import { diskPath } from './disk-arguments.ts'

/** What sync took from this disk, the latest of each folder first. */
export async function trash(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  let count = 0
  for (const { record } of (await foldersOf(engine)).list()) {
    if (!isThere(record.path)) continue
    for (const { day, path, bytes } of inRoot(record.path, listTrash)) {
      count++
      await io.emit({ type: 'trashed', path: `${record.path}/${path}`, day, bytes })
    }
  }
  await io.emit({ type: 'done', files: count })
}

export function parseTrashRestore(value: unknown): { path: string } {
  return { path: diskPath(new Arguments(value), 'path') }
}

/** Puts what was taken last from a place back to it. Throws NOT_FOUND, EXISTS. */
export async function restoreTrash(engine: OpEngine, { path }: { path: string }, io: OperationIo): Promise<void> {
  const folder = (await foldersOf(engine)).list().find(({ record }) => path.startsWith(`${record.path}/`))
  if (folder === undefined) throw notInFolder(path)
  const below = path.slice(folder.record.path.length + 1)
  const { day, bytes } = inRoot(folder.record.path, (root) => restoreFromTrash(root, below))
  await io.emit({ type: 'done', path, day, bytes })
}

export interface EmptyTrashArgs {
  /** Of this machine; without it all of every folder. */
  readonly path: string | undefined
  readonly force: boolean
}

export function parseEmptyTrash(value: unknown): EmptyTrashArgs {
  const args = new Arguments(value)
  return { path: args.has('path') ? diskPath(args, 'path') : undefined, force: args.flag('force') }
}

/** Deletes for good. Throws NOT_FOUND, NEEDS_CONFIRMATION, ABORTED. */
export async function emptyTrashes(engine: OpEngine, { path, force }: EmptyTrashArgs, io: OperationIo): Promise<void> {
  const roots = (await foldersOf(engine)).list().map(({ record }) => record.path)
  const meant = roots.filter((root) => path === undefined || isWithin(path, root))
  if (path !== undefined && meant.length === 0) throw notInFolder(path)
  const question = `Delete for good what sync took from ${path ?? 'the folders of this computer'}?`
  if (!force && !(await io.ask({ question }))) throw new HoldfastError('ABORTED', 'Nothing was deleted.')
  let [files, bytes] = [0, 0]
  for (const root of meant.filter(isThere)) {
    const below = path === undefined || path === root ? undefined : path.slice(root.length + 1)
    const gone = inRoot(root, (disk) => emptyTrash(disk, below))
    files += gone.length
    bytes += gone.reduce((sum, one) => sum + one.bytes, 0)
  }
  await io.emit({ type: 'done', files, bytes })
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`)
}

function notInFolder(path: string): HoldfastError {
  return new HoldfastError('NOT_FOUND', `${path} lies in no folder that is kept in step.`)
}

function isThere(path: string): boolean {
  try {
    new DiskRoot(path).close()
    return true
  } catch {
    return false
  }
}

function inRoot<T>(path: string, work: (root: DiskRoot) => T): T {
  const root = new DiskRoot(path)
  try {
    return work(root)
  } finally {
    root.close()
  }
}
