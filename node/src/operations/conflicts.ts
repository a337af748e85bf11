import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { isoTime } from './list.ts'
import type { OperationIo } from './operation.ts'

/** Files that two devices changed without knowing of each other: both contents are kept, each under a name of its own. */
export async function conflicts(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  const { tree } = engine.vault.index
  const found = tree.conflicts()
  for (const { file, winner, losers } of found) {
    await io.emit({
      type: 'conflict',
      path: pathText(tree.pathOf(file) ?? []),
      ...(winner === undefined ? {} : { bytes: winner.size, mtime: isoTime(winner.mtimeMs) }),
      others: losers.map(({ content, shownAs }) => ({
        path: pathText(tree.pathOf(shownAs) ?? []),
        bytes: content.size,
        mtime: isoTime(content.mtimeMs)
      }))
    })
  }
  await io.emit({ type: 'done', conflicts: found.length })
}
