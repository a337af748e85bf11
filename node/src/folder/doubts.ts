import { isHoldfastError } from '@holdfast/core/base/errors'
import type { Plan } from './plan.ts'
import { readStamped } from '../seal-pool/stamped-file.ts'
import { fileToRead, isSameContent } from './same-content.ts'
import { splitPath } from './trees.ts'
import type { DiskEntry } from './trees.ts'
import { deviceOf } from './vault-steps.ts'
import type { StepContext } from './vault-steps.ts'

/**
 * Files that the system says are others than those last in step, though as long: a copied disk, a backup put back, a mere touch. What
 * holds what it held counts as never written since; anything else, and what cannot be told, as edited. Returns what cannot be read now, or
 * was written meanwhile: nothing can be said of it yet, and to be shut is no edit.
 */
export async function settleDoubts(
  c: StepContext & { changed(folder: string): void },
  doubts: Plan['doubts']
): Promise<Plan['doubts']> {
  const open: Plan['doubts'] = []
  for (const doubt of doubts) {
    const { id, entry } = doubt
    c.signal.throwIfAborted()
    const row = c.base.rows.get(id)
    if (row === undefined) continue
    const isSame = await isAsItWas(c, row.object, doubt).catch((error: unknown) => {
      if (isHoldfastError(error, 'ABORTED')) throw error
      if (isHoldfastError(error, 'FILE_CHANGED')) c.changed(splitPath(entry.path).parent)
      else if (isHoldfastError(error, 'FILE_UNREADABLE')) c.failed(entry.path, error.code)
      else return false
      return undefined
    })
    if (isSame === undefined) {
      open.push(doubt)
      continue
    }
    // No file has such a length: from now on it is another, whatever it looks like.
    c.base.set({ ...row, stamp: isSame ? entry.stamp : { ...row.stamp, size: -1n } })
  }
  await c.base.write()
  return open
}

async function isAsItWas(
  c: StepContext,
  object: string | undefined,
  { id, entry }: Plan['doubts'][number]
): Promise<boolean> {
  const { tree } = c.vault.index
  const { current, losers, kept } = tree.versions(tree.node(id)?.conflictOf ?? id)
  const content = [current, ...losers, ...kept].find((one) => one !== undefined && one.object === object)
  if (content === undefined) return false
  const holds = await c.holds(content, entry) // the file may be the only copy of it here
  if (holds === true) return true
  if (holds === false) assertReadable(c, entry)
  if (holds === false || !c.isHere(content)) return false
  return isSameContent(c.root, entry, deviceOf(c, entry), c.vault, content, c.signal)
}

/** Other bytes than expected, or none that could be had? Throws FILE_UNREADABLE, FILE_CHANGED. */
function assertReadable(c: StepContext, entry: DiskEntry): void {
  const { path, stamp } = fileToRead(c.root, entry, deviceOf(c, entry))
  for (const _ of readStamped(path, stamp)) c.signal.throwIfAborted()
}
