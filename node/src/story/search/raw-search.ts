import { open, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Needle } from './needles.ts'

export interface SearchReport {
  readonly files: number
  readonly bytes: number
  readonly names: number
  readonly contents: number
  /** What was found, each once, with the first file it was found in. */
  readonly found: ReadonlyMap<Needle, string>
}

/** A file by file look would be slow for thousands of needles: one pass over the bytes looks for all of them at once. */
const KEY_BYTES = 8
const BLOCK_BYTES = 4 << 20
const TABLE_BITS = 24
/**
 * The lock of an open store. Reading it would be harmless to us, but a store's own process loses such a lock when it
 * opens and closes that file itself; it is empty, and left alone on principle.
 */
const LOCK = join('store', 'rows', 'LOCK')

/** Reads every byte of every file of a home and looks for every needle in it, and in the names of the files. */
export async function searchHome(home: string, needles: readonly Needle[]): Promise<SearchReport> {
  const search = new RawSearch(needles)
  let files = 0
  let bytes = 0
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    search.look(Buffer.from(`${entry.name}${'\0'.repeat(KEY_BYTES)}`), path)
    if (!entry.isFile() || relative(home, path) === LOCK) continue
    files++
    bytes += await searchFile(path, search)
  }
  const count = (kind: Needle['kind']): number =>
    [...search.found.keys()].filter((needle) => needle.kind === kind).length
  return { files, bytes, names: count('name'), contents: count('content'), found: search.found }
}

async function searchFile(path: string, search: RawSearch): Promise<number> {
  // A running relay may have deleted it since it was listed.
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return 0
  try {
    const block = Buffer.allocUnsafe(BLOCK_BYTES + search.longest)
    let kept = 0
    let total = 0
    while (true) {
      const { bytesRead } = await file.read(block, kept, BLOCK_BYTES)
      if (bytesRead === 0) return total
      total += bytesRead
      const filled = kept + bytesRead
      search.look(block.subarray(0, filled), path)
      kept = Math.min(search.longest, filled) // what lies across the border is seen with the next block
      block.copyWithin(0, filled - kept, filled)
    }
  } finally {
    await file.close()
  }
}

/**
 * Many byte strings looked for at once: their first 8 bytes are hashed into a table of bits; where a bit is set, as many
 * bytes as such a needle has are looked up as a whole. (Pieces of texts begin alike by the thousand: no list is walked.)
 */
class RawSearch {
  readonly found = new Map<Needle, string>()
  readonly longest: number
  private readonly bits = new Uint8Array(1 << (TABLE_BITS - 3))
  /** How long the needles are that begin with these 8 bytes. */
  private readonly lengths = new Map<string, number[]>()
  private readonly needles = new Map<string, Needle[]>()

  constructor(needles: readonly Needle[]) {
    this.longest = Math.max(KEY_BYTES, ...new Set(needles.map(({ bytes }) => bytes.length))) - 1
    for (const needle of needles) {
      const { bytes } = needle
      const slot = slotOf(bytes.readInt32BE(0), bytes.readInt32BE(4))
      this.bits[slot >> 3]! |= 1 << (slot & 7)
      const key = bytes.toString('latin1', 0, KEY_BYTES)
      const lengths = this.lengths.get(key) ?? []
      if (!lengths.includes(bytes.length)) this.lengths.set(key, [...lengths, bytes.length])
      const whole = bytes.toString('latin1')
      const alike = this.needles.get(whole)
      if (alike === undefined) this.needles.set(whole, [needle])
      else alike.push(needle)
    }
  }

  look(bytes: Buffer, where: string): void {
    const { bits } = this
    let high = 0
    let low = 0
    for (let at = 0; at < bytes.length; at++) {
      high = (high << 8) | (low >>> 24)
      low = (low << 8) | bytes[at]!
      const slot = slotOf(high, low)
      if ((bits[slot >> 3]! & (1 << (slot & 7))) !== 0) this.compare(bytes, at - KEY_BYTES + 1, where)
    }
  }

  private compare(bytes: Buffer, at: number, where: string): void {
    if (at < 0) return
    for (const length of this.lengths.get(bytes.toString('latin1', at, at + KEY_BYTES)) ?? []) {
      const found = this.needles.get(bytes.toString('latin1', at, at + length)) ?? []
      for (const needle of found) if (!this.found.has(needle)) this.found.set(needle, where)
    }
  }
}

function slotOf(high: number, low: number): number {
  return (Math.imul(high, 0x9e3779b1) + Math.imul(low, 0x85ebca6b)) >>> (32 - TABLE_BITS)
}
