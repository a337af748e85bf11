import { isHoldfastError } from '@holdfast/core/base/errors'
import type { Plan } from './plan.ts'
import { isSameContent } from './same-content.ts'
import { splitPath } from './trees.ts'
import { deviceOf } from './vault-steps.ts'
import type { StepContext } from './vault-steps.ts'

/**
 * Files that the system says are others than those last in step, though as long: a copied disk, a backup put back, a mere touch. What
 * holds what it held counts as never written since; anything else, and what cannot be told, as edited.
 */
export async function settleDoubts(
  c: StepContext & { changed(folder: string): void },
  doubts: Plan['doubts']
): Promise<void> {
  for (const { id, entry } of doubts) {
    c.signal.throwIfAborted()
    const row = c.base.rows.get(id)
    if (row === undefined) continue
    const isSame = await isAsItWas(c, row.object, { id, entry }).catch((error: unknown) => {
      if (isHoldfastError(error, 'ABORTED')) throw error
      if (isHoldfastError(error, 'FILE_CHANGED')) c.changed(splitPath(entry.path).parent)
      return false
    })
    // No file has such a length: from now on it is another, whatever it looks like.
    c.base.set({ ...row, stamp: isSame ? entry.stamp : { ...row.stamp, size: -1n } })
  }
  await c.base.write()
}

async function isAsItWas(
  c: StepContext,
  object: string | undefined,
  { id, entry }: Plan['doubts'][number]
): Promise<boolean> {
  const { tree } = c.vault.index
  const { current, losers, kept } = tree.versions(tree.node(id)?.conflictOf ?? id)
  const content = [current, ...losers, ...kept].find((one) => one !== undefined && one.object === object)
  if (content === undefined || !c.isHere(content)) return false
  return isSameContent(c.root, entry, deviceOf(c, entry), c.vault, content, c.signal)
}
