import { utf8 } from '@holdfast/core/base/bytes'
import type { BlobId } from '@holdfast/core/base/ids'
import type { KvChange } from '@holdfast/core/ports/kv-store'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { noise } from './subject.ts'

/** What round `n` of the crash test writes: three rows in one batch, which also deletes one of the round before. */
export function batchOf(round: number): KvChange[] {
  return [
    { put: `a/${round}`, value: utf8(String(round)) },
    { put: `b/${round}`, value: noise(round, 100 + ((round * 7919) % 20_000)) },
    { put: `c/${round}`, value: utf8(String(round)) },
    { del: `c/${round - 1}` }
  ]
}

/** Two small blobs, and every fourth round a large one. */
export function blobsOf(round: number): { id: BlobId; bytes: Uint8Array }[] {
  const sizes = [5000 + round, 300, ...(round % 4 === 0 ? [150_000 + round] : [])]
  return sizes.map((size, at) => {
    const bytes = noise(round * 10 + at + 1_000_000, size)
    return { id: blake3Id<BlobId>(bytes), bytes }
  })
}
