import { LIMITS } from '@holdfast/core/base/limits'
import { writeGroups } from './write-groups.ts'
import type { Ready } from './write-groups.ts'

/** A file that is to be written, whose bytes are durable under a name of the stage. */
export interface WithBytes extends Ready {
  readonly staged: string
}

export interface StagedWritesOptions {
  readonly signal: AbortSignal
  /** Writes the bytes aside, durably; undefined for what cannot be written. Never rejects. */
  stage(one: Ready): Promise<string | undefined>
  /** Gives a group the names it is to have. */
  put(group: readonly WithBytes[]): Promise<void>
}

/** Small contents are found in the store faster when many are asked for together, and share the disk's journal … */
const SMALL_AT_ONCE = 64
/** … of large ones several chunks each are in memory. */
const LARGE_AT_ONCE = 16

/** Group by group: the disk is busy with the bytes of one while the one before gets its names. Throws what `put` throws, and an abort. */
export async function writeStaged(all: readonly Ready[], o: StagedWritesOptions): Promise<void> {
  let ahead: Promise<unknown> | undefined
  try {
    let before: readonly WithBytes[] = []
    for (const group of writeGroups(all)) {
      o.signal.throwIfAborted()
      const staged = stageGroup(group, o)
      ahead = staged
      await o.put(before)
      before = await staged
    }
    o.signal.throwIfAborted()
    await o.put(before)
  } finally {
    await ahead // or it would go on in a folder that the next pass takes for its own
  }
}

async function stageGroup(group: readonly Ready[], o: StagedWritesOptions): Promise<readonly WithBytes[]> {
  const done: WithBytes[] = []
  const waiting = group[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (const one of waiting) {
      if (o.signal.aborted) return
      const staged = await o.stage(one)
      if (staged !== undefined) done.push({ ...one, staged })
    }
  }
  const areSmall = group.every(({ content }) => content.size <= LIMITS.inlineBytes)
  await Promise.all(Array.from({ length: areSmall ? SMALL_AT_ONCE : LARGE_AT_ONCE }, worker))
  return done
}
