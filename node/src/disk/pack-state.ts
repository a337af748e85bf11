import type { Stretch } from './pack-file.ts'

/** What is known of one pack: bytes used from its start, and how many blobs and bytes of them are still wanted. */
export interface PackState {
  readonly end: number
  readonly blobs: number
  readonly bytes: number
}

export const EMPTY: PackState = { end: 0, blobs: 0, bytes: 0 }

/** The same packs with fewer blobs wanted; their ends stay. */
export function withoutStretches(
  packs: ReadonlyMap<number, PackState>,
  gone: readonly Stretch[]
): Map<number, PackState> {
  const left = new Map(packs)
  for (const { pack, length } of gone) {
    const { end, blobs, bytes } = left.get(pack) ?? EMPTY
    left.set(pack, { end, blobs: blobs - 1, bytes: bytes - length })
  }
  return left
}

/** The same bytes in as few stretches as there are: neighbours are overwritten together. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const sorted = [...stretches].sort((a, b) => a.pack - b.pack || a.offset - b.offset)
  const all: Stretch[] = []
  for (const { pack, offset, length } of sorted) {
    const last = all.at(-1)
    if (last === undefined || last.pack !== pack || last.offset + last.length !== offset)
      all.push({ pack, offset, length })
    else all[all.length - 1] = { ...last, length: last.length + length }
  }
  return all
}
