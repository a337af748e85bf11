import type { FileId } from '../base/ids.ts'
import type { OpEngine } from './engine-part.ts'
import { pathText } from './failures.ts'
import { isoTime } from './list.ts'
import type { OperationIo } from './operation.ts'
import { shownVaults } from './places.ts'

/** Files that two devices changed without knowing of each other: both contents are kept, each under a name of its own. */
export async function conflicts(engine: OpEngine, _args: null, io: OperationIo): Promise<void> {
  let count = 0
  for (const { vault, pathOf: shownAt } of shownVaults(engine)) {
    const { tree } = vault.index
    const pathOf = (file: FileId): string => pathText(shownAt(file) ?? [])
    for (const { file, winner, losers } of tree.conflicts()) {
      count++
      await io.emit({
        type: 'conflict',
        path: pathOf(file),
        ...(winner === undefined ? {} : { bytes: winner.size, mtime: isoTime(winner.mtimeMs) }),
        others: losers.map(({ content, shownAs }) => ({
          path: pathOf(shownAs),
          bytes: content.size,
          mtime: isoTime(content.mtimeMs)
        }))
      })
    }
  }
  await io.emit({ type: 'done', conflicts: count })
}
