import { announce } from '../../app/announce.ts'
import { sentenceOf } from '../../app/error-sentence.ts'
import { changes, status, vault } from '../../app/vault.ts'
import { t } from '../../strings/t.ts'
import { toast } from '../../ui/toast.tsx'
import { remove, undoRemove } from './operations.ts'

/** What people do to files, with what they are told about it. None of them rejects. */

/** Says what went wrong in passing, where there is no better place for it. */
export function tellError(error: unknown): void {
  const { cause, remedy, code } = sentenceOf(error)
  toast({ text: `${cause} ${remedy} ${t('common.code', { code })}` })
}

/** Deletes and offers to undo it. Resolves with whether anything was deleted. */
export async function deleteWithUndo(paths: readonly string[]): Promise<boolean> {
  const removed: string[] = []
  let conflicts = 0
  let problem: unknown
  try {
    await remove(vault(), paths, (path, ended) => {
      removed.push(path)
      conflicts += ended
    })
  } catch (error) {
    problem = error
  }
  // What was deleted before something went wrong can be undone all the same.
  if (removed.length > 0)
    toast({
      text: t(status.value.peers.length === 0 ? 'files.deleted' : 'files.deleted.others', { count: removed.length }),
      action: { label: t('common.undo'), onSelect: () => void undo(removed, conflicts) }
    })
  if (problem !== undefined) tellError(problem)
  return removed.length > 0
}

async function undo(paths: readonly string[], conflicts: number): Promise<void> {
  try {
    await undoRemove(vault(), paths)
    toast({ text: t(conflicts > 0 ? 'files.undone.conflicts' : 'files.undone') })
  } catch (error) {
    tellError(error)
  }
}

export async function keepHere(paths: readonly string[], isKept: boolean): Promise<void> {
  try {
    for (const path of paths) await vault().keep(path, isKept)
    changes.value++
    toast({ text: t(isKept ? 'files.kept' : 'files.released') })
  } catch (error) {
    tellError(error)
  }
}

/** What is said where a toast would be too much. */
export function sayCount(key: 'files.count' | 'files.found' | 'files.selected', count: number): void {
  announce(t(key, { count }))
}
