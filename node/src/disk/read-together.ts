import { HoldfastError } from '@holdfast/core/base/errors'
import type { PackFiles, Stretch } from './pack-file.ts'

/** What is read at once: what one answer of the blob protocol carries. */
const MOST_BYTES = 1 << 20

interface Run {
  readonly at: { pack: number; offset: number; length: number }
  readonly parts: { readonly index: number; readonly at: Stretch }[]
}

/**
 * The bytes at these places, in the order given. Neighbours come by one read, and lie in one piece of memory: what was put
 * together is mostly asked for together. Throws HASH_MISMATCH when a pack is too short.
 */
export async function readTogether(
  files: Pick<PackFiles, 'read'>,
  places: readonly (Stretch | undefined)[]
): Promise<(Uint8Array | undefined)[]> {
  const found: (Uint8Array | undefined)[] = places.map(() => undefined)
  await Promise.all(
    runsOf(places).map(async ({ at, parts }) => {
      const bytes = await files.read(at)
      for (const { index, at: part } of parts) {
        const from = part.offset - at.offset
        if (from + part.length > bytes.length)
          throw new HoldfastError('HASH_MISMATCH', 'a pack of small blobs is too short')
        found[index] = bytes.subarray(from, from + part.length)
      }
    })
  )
  return found
}

function runsOf(places: readonly (Stretch | undefined)[]): Run[] {
  const sorted = places.flatMap((at, index) => (at === undefined ? [] : [{ index, at }]))
  sorted.sort((a, b) => a.at.pack - b.at.pack || a.at.offset - b.at.offset)
  const runs: Run[] = []
  for (const part of sorted) {
    const run = runs.at(-1)
    const { pack, offset, length } = part.at
    if (run !== undefined && joins(run.at, part.at)) {
      run.at.length = Math.max(run.at.length, offset + length - run.at.offset)
      run.parts.push(part)
    } else runs.push({ at: { pack, offset, length }, parts: [part] })
  }
  return runs
}

/** Behind it without a gap, or in it: the same blob may be asked for twice. */
function joins(run: Run['at'], next: Stretch): boolean {
  return (
    run.pack === next.pack &&
    next.offset <= run.offset + run.length &&
    next.offset + next.length - run.offset <= MOST_BYTES
  )
}
