import { HoldfastError } from '@holdfast/core/base/errors'
import { Arguments } from '@holdfast/core/operations/arguments'
import type { OpEngine } from '@holdfast/core/operations/engine-part'
import type { OperationIo } from '@holdfast/core/operations/operation'
import { DiskRoot } from '../folder/disk-root.ts'
import { foldersOf } from '../folder/folders.ts'
import { listTrash, restoreFromTrash } from '../folder/trash.ts'
import { diskPath } from './disk-arguments.ts'

/** What sync took from this disk, the latest of each folder first. */
export async function trash(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  let count = 0
  for (const { record } of (await foldersOf(engine)).list()) {
    if (!isThere(record.path)) continue
    for (const { day, path, bytes } of listOf(record.path)) {
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
  if (folder === undefined) throw new HoldfastError('NOT_FOUND', `${path} lies in no folder that is kept in step.`)
  const root = new DiskRoot(folder.record.path)
  try {
    const { day, bytes } = restoreFromTrash(root, path.slice(folder.record.path.length + 1))
    await io.emit({ type: 'done', path, day, bytes })
  } finally {
    root.close()
  }
}

function isThere(path: string): boolean {
  try {
    new DiskRoot(path).close()
    return true
  } catch {
    return false
  }
}

function listOf(path: string): ReturnType<typeof listTrash> {
  const root = new DiskRoot(path)
  try {
    return listTrash(root)
  } finally {
    root.close()
  }
}
