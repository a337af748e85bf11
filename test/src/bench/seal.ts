/**
 * How fast bytes become sealed blobs and come back, in MB per CPU second: cutting, framing, sealing, hashing.
 * `node test/dist/bench/seal.js [MiB] [--json]`; quote ratios to the cipher alone, machines differ.
 */
import { createCipheriv } from 'node:crypto'
import { createChunker } from '@holdfast/core/chunk/chunker'
import { blake3 } from '@holdfast/core/proof/blake3'
import { epochKeysOf } from '@holdfast/core/secret/epoch'
import { openContent, sealContent } from '@holdfast/core/seal/chunk-frame'

const MiB = 1024 * 1024
const READ_BYTES = 1 * MiB
const sizeMiB = Number(process.argv[2] ?? 256)
const keys = epochKeysOf(new Uint8Array(32).fill(1))

interface Row {
  readonly name: string
  readonly mbPerCpuS: number
  readonly note: string
}

const rows: Row[] = []
await seal('random bytes', randomBytes())
await seal('text', textBytes())
if (process.argv.includes('--json'))
  for (const row of rows) console.log(JSON.stringify({ v: 1, type: 'bench', ...row }))
else
  for (const row of rows)
    console.log(`${row.name.padEnd(40)} ${row.mbPerCpuS.toFixed(0).padStart(6)} MB/CPU s   ${row.note}`)

/** Reads the same megabyte buffers over and over, as a file reader does. */
async function seal(name: string, source: Uint8Array): Promise<void> {
  await sealAll(source, 16)
  await measure(`${name}: cut`, async () => cutAll(source))
  const sealed: { key: Uint8Array; length: number; blob: Uint8Array }[] = []
  await measure(`${name}: cut, frame, seal, hash`, async () => {
    const { blobs, stored } = await sealAll(source, sizeMiB, sealed)
    return `${blobs} blobs, ${(stored / MiB).toFixed(0)} of ${sizeMiB} MiB stored`
  })
  const openedMiB = sealed.reduce((sum, chunk) => sum + chunk.length, 0) / MiB
  const began = process.cpuUsage()
  for (const chunk of sealed) {
    blake3(chunk.blob)
    await openContent(chunk, chunk.blob)
  }
  rows.push({ name: `${name}: hash, open, unpack`, mbPerCpuS: openedMiB / cpuSeconds(began), note: '' })
  if (name === 'random bytes') await measure('AES-256-GCM alone, 768 KiB', async () => cipherAlone(source))
}

async function sealAll(
  source: Uint8Array,
  mib: number,
  keep: { key: Uint8Array; length: number; blob: Uint8Array }[] = []
): Promise<{ blobs: number; stored: number }> {
  const chunker = createChunker(keys.gate)
  let blobs = 0
  let stored = 0
  const take = async (chunks: Uint8Array[]): Promise<void> => {
    for (const chunk of chunks) {
      const { key, blob } = await sealContent(keys.convergence, chunk)
      if (keep.length < 64) keep.push({ key, length: chunk.length, blob })
      blobs++
      stored += blob.length
    }
  }
  for (const piece of pieces(source, mib)) await take(chunker.push(piece))
  await take(chunker.finish())
  return { blobs, stored }
}

function cutAll(source: Uint8Array): string {
  const chunker = createChunker(keys.gate)
  let chunks = 0
  for (const piece of pieces(source, sizeMiB)) chunks += chunker.push(piece).length
  chunks += chunker.finish().length
  return `${((sizeMiB * 1024) / chunks).toFixed(0)} KiB on average`
}

function cipherAlone(source: Uint8Array): string {
  const size = 768 * 1024
  for (let done = 0; done < sizeMiB * MiB; done += size)
    createCipheriv('aes-256-gcm', keys.convergence, new Uint8Array(12)).update(source.subarray(0, size))
  return ''
}

async function measure(name: string, work: () => Promise<string>): Promise<void> {
  const began = process.cpuUsage()
  const note = await work()
  rows.push({ name, mbPerCpuS: sizeMiB / cpuSeconds(began), note })
}

function cpuSeconds(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1e6
}

function* pieces(source: Uint8Array, mib: number): Generator<Uint8Array> {
  for (let done = 0; done < mib; done++) {
    const from = (done * READ_BYTES) % source.length
    yield source.subarray(from, from + READ_BYTES)
  }
}

function randomBytes(): Uint8Array {
  return new Uint8Array(
    createCipheriv('aes-256-ctr', new Uint8Array(32), new Uint8Array(16)).update(new Uint8Array(64 * MiB))
  )
}

/** Words drawn from a small vocabulary: deflates to about a third, as source code does. */
function textBytes(): Uint8Array {
  const noise = randomBytes()
  const words = Array.from({ length: 4096 }, (_, i) => `${(i * 2654435761).toString(36).slice(0, 3 + (i % 8))} `)
  let text = ''
  for (let i = 0; text.length < 16 * MiB; i += 2) text += words[(noise[i]! | (noise[i + 1]! << 8)) % words.length]
  return new TextEncoder().encode(text).subarray(0, 16 * MiB)
}
