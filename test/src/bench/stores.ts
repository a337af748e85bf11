/**
 * Puts and gets a second of the disk stores by size of blob, each durable, 64 (large ones 16) in flight.
 *
 *     node test/dist/bench/stores.js [FOLDER]      a folder on the disk to measure; a temporary one by default
 *
 * One JSON object a line. `ofRaw` is the share of what one plain file appended in groups with one fsync each reaches in
 * the same run, `ofRows` the same against putting the bytes themselves into the key-value store. Quote these ratios.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BlobId } from '@holdfast/core/base/ids'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { openBlobStore } from '@holdfast/node/disk/blob-files'
import { openLevelKv } from '@holdfast/node/disk/level-kv'

const KiB = 1024
const CASES = [
  { size: 1 * KiB, count: 10_000, flight: 64 },
  { size: 8 * KiB, count: 10_000, flight: 64 },
  { size: 64 * KiB, count: 1500, flight: 64 },
  { size: 128 * KiB, count: 800, flight: 16 },
  { size: 768 * KiB, count: 200, flight: 16 }
]

interface Blob {
  readonly id: BlobId
  readonly bytes: Uint8Array
}

const folder = await mkdtemp(join(process.argv[2] ?? tmpdir(), 'holdfast-bench-'))
const rows = await openLevelKv(join(folder, 'rows'))
const blobs = await openBlobStore(join(folder, 'blobs'), rows)
const other = await openLevelKv(join(folder, 'other'))
for (const work of CASES) await measure(work)
await blobs.close()
await Promise.all([rows.close(), other.close()])
await rm(folder, { recursive: true })

async function measure({ size, count, flight }: (typeof CASES)[number]): Promise<void> {
  const some = Array.from({ length: count }, () => blobOf(size))
  const rawMs = await timed(() => appendRaw(some, flight))
  const cpu = process.cpuUsage()
  const putMs = await timed(() => inFlight(some, flight, ({ id, bytes }) => blobs.put(id, bytes)))
  const { user, system } = process.cpuUsage(cpu)
  const getMs = await timed(() => inFlight(some, flight, async ({ id }) => void (await blobs.get(id, { check: true }))))
  const tenth = some.filter((_, at) => at % 10 === 0).map(({ id }) => id)
  const eraseMs = await timed(() => blobs.delete(tenth))
  // Last, because LevelDB goes on rewriting these in the background.
  const rowsMs = await timed(() => inFlight(some, flight, ({ id, bytes }) => other.write([{ put: id, value: bytes }])))
  const perSecond = (ms: number, n = count): number => Math.round((n * 1000) / ms)
  const line = {
    v: 1,
    type: 'bench',
    bench: 'stores',
    bytes: size,
    puts: count,
    flight,
    putsPerSecond: perSecond(putMs),
    putCpuMsPerThousand: Math.round((user + system) / count),
    ofRaw: ratio(rawMs, putMs),
    ofRows: ratio(rowsMs, putMs),
    getsPerSecond: perSecond(getMs),
    erasedPerSecond: perSecond(eraseMs, tenth.length)
  }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function appendRaw(some: readonly Blob[], group: number): Promise<void> {
  const file = await open(join(folder, 'raw'), 'w')
  for (let at = 0; at < some.length; at += group) {
    await file.writev(some.slice(at, at + group).map(({ bytes }) => bytes))
    await file.datasync()
  }
  await file.close()
}

async function inFlight(some: readonly Blob[], flight: number, work: (blob: Blob) => Promise<void>): Promise<void> {
  const waiting = some.values()
  const worker = async (): Promise<void> => {
    for (const blob of waiting) await work(blob)
  }
  await Promise.all(Array.from({ length: flight }, worker))
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now()
  await work()
  return performance.now() - startMs
}

function blobOf(size: number): Blob {
  const bytes = new Uint8Array(randomBytes(size))
  return { id: blake3Id<BlobId>(bytes), bytes }
}

function ratio(referenceMs: number, ms: number): number {
  return Math.round((referenceMs / ms) * 100) / 100
}
