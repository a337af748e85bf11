import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asStore, isMissing } from './errors.ts'

const BLOCK_BYTES = 32768
const HEADER_BYTES = 7
const FULL = 1
const FIRST = 2

/**
 * Whether a write-ahead log of the LevelDB in `folder` lost something that had been acknowledged. LevelDB itself drops
 * what it cannot read without a word. Half a record at the end is what a crash leaves. But every batch is durable before
 * the next is begun, so a record that is unreadable and has another behind it was whole once.
 * Layout: github.com/google/leveldb, doc/log_format.md.
 */
export async function logsAreDamaged(folder: string): Promise<boolean> {
  for (const name of await asStore(() => readdir(folder).catch(none))) {
    if (!/^\d+\.log$/.test(name)) continue
    if (isDamaged(await asStore(() => readFile(join(folder, name))))) return true
  }
  return false
}

/** Exported for its test. */
export function isDamaged(log: Uint8Array): boolean {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength)
  let unreadable = false
  for (let block = 0; block < log.length; block += BLOCK_BYTES) {
    const end = Math.min(block + BLOCK_BYTES, log.length)
    for (let at = block; at + HEADER_BYTES <= end; ) {
      const length = view.getUint16(at + 4, true)
      const type = log[at + 6]!
      const next = at + HEADER_BYTES + length
      if (next > end || view.getUint32(at, true) !== maskedCrc32c(log, at + HEADER_BYTES - 1, next)) {
        unreadable = true
        break // lengths behind it cannot be trusted: go on with the next block, as LevelDB does
      }
      if (unreadable && (type === FULL || type === FIRST)) return true
      at = next
    }
  }
  return false
}

function maskedCrc32c(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffffffff
  for (let at = from; at < to; at++) crc = TABLE[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8)
  crc = ~crc >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

/** CRC-32C (Castagnoli), reflected. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  return crc
})

function none(error: unknown): string[] {
  if (!isMissing(error)) throw error
  return []
}
