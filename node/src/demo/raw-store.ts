import { blake3Id } from '@holdfast/core/proof/blake3'
import { openHomeStores } from '../disk/home-lock.ts'
import type { Needle } from '../story/search/needles.ts'

/** A look into the stores of a home whose process is gone: nothing of a relay's or a laptop's own code is asked. */

/** The ids of all the blobs, of which each was read and hashed. Throws when one does not match its id. */
export async function blobsOf(home: string): Promise<Set<string>> {
  const stores = await openHomeStores(home)
  try {
    const ids = new Set<string>()
    for await (const { id } of stores.blobs.list()) {
      const bytes = await stores.blobs.get(id)
      if (bytes === undefined || blake3Id(bytes) !== id) throw new Error(`blob ${id} is damaged`)
      ids.add(id)
    }
    return ids
  } finally {
    await stores.close()
  }
}

const PIECE_BYTES = 32
const EVERY_BYTES = 2048

export interface RawBlobs {
  readonly blobs: number
  readonly bytes: number
  readonly needles: readonly Needle[]
}

/** Pieces of the stored bytes of every blob that is not in `known`: what must be gone from a disk after shredding. */
export async function needlesOfNew(home: string, known: ReadonlySet<string>): Promise<RawBlobs> {
  const stores = await openHomeStores(home)
  try {
    const needles: Needle[] = []
    let blobs = 0
    let bytes = 0
    for await (const { id } of stores.blobs.list()) {
      if (known.has(id)) continue
      const stored = Buffer.from((await stores.blobs.get(id))!)
      blobs++
      bytes += stored.length
      for (let at = 0; at + PIECE_BYTES <= stored.length; at += EVERY_BYTES) {
        needles.push({ kind: 'content', bytes: Buffer.from(stored.subarray(at, at + PIECE_BYTES)), of: id })
      }
    }
    return { blobs, bytes, needles }
  } finally {
    await stores.close()
  }
}
