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
