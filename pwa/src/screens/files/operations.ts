import { isAllowed, nameKey } from '@holdfast/core/index/names'
import type { VaultWorker } from '../../bridge/vault-worker.ts'
import type { FileEntry } from './file-entry.ts'
import { joined } from './paths.ts'

/** What the screens do to files: the operations of the command line, with the paths that `ls` gave. Each throws HoldfastError. */

type Runs = Pick<VaultWorker, 'run'>

export async function makeFolder(worker: Runs, folder: string, name: string): Promise<void> {
  await worker.run('mkdir', { paths: [joined(folder, name)] })
}

/** To another name in the same folder, which nothing there may have: `mv` would put it into a folder of that name. */
export async function rename(worker: Runs, entry: FileEntry, name: string): Promise<void> {
  await worker.run('mv', { from: [entry.path], to: joined(entry.folder, name) })
}

export async function moveInto(worker: Runs, paths: readonly string[], folder: string): Promise<void> {
  await worker.run('mv', { from: [...paths], to: folder })
}

/** Tells what was removed: all of it, unless it throws on the way; and how many files in it were in conflict, which they are no more. */
export async function remove(
  worker: Runs,
  paths: readonly string[],
  onRemoved: (path: string, conflicts: number) => void
): Promise<void> {
  const onEvent = (event: { readonly type: string; readonly path?: unknown; readonly conflicts?: unknown }): void => {
    const { type, path, conflicts } = event
    if (type === 'removed' && typeof path === 'string') onRemoved(path, typeof conflicts === 'number' ? conflicts : 0)
  }
  await worker.run('rm', { paths: [...paths] }, { onEvent })
}

/** Brings back what `remove` took away. */
export async function undoRemove(worker: Runs, paths: readonly string[]): Promise<void> {
  for (const path of paths) await worker.run('restore', { target: path })
}

export async function restoreVersion(worker: Runs, path: string, version: string): Promise<void> {
  await worker.run('restore', { target: `${path}@${version}` })
}

/** Why a name will not do in a folder; undefined where it will. `entry` is what is to be renamed. */
export function nameProblem(
  name: string,
  entries: readonly FileEntry[],
  entry?: FileEntry
): 'empty' | 'not-allowed' | 'taken' | undefined {
  if (name === '') return 'empty'
  if (!isAllowed(name)) return 'not-allowed'
  const key = nameKey(name)
  const isTaken = entries.some((other) => other.path !== entry?.path && nameKey(other.name) === key)
  return isTaken ? 'taken' : undefined
}
