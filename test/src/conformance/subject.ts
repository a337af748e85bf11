import { readdir, readFile, rm, writeFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One medium under test, and a way to open the store on it again and again. */
export interface Subject<Store> {
  open(): Promise<Store>
  /** Whether the bytes lie anywhere on the raw medium. */
  rawContains(needle: Uint8Array): Promise<boolean>
  /** Flips a bit in every place of the raw medium that holds `needle`; the store is closed. */
  damage(needle: Uint8Array): Promise<void>
  remove(): Promise<void>
}

/** Stores in a temporary folder. */
export async function onDisk<Store>(open: (folder: string) => Promise<Store>): Promise<Subject<Store>> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-store-'))
  return {
    open: () => open(join(folder, 'store')),
    rawContains: async (needle) => (await filesWith(folder, needle)).length > 0,
    damage: async (needle) => {
      for (const { path, bytes, at } of await filesWith(folder, needle)) {
        bytes[at + needle.length - 1]! ^= 1
        await writeFile(path, bytes)
      }
    },
    remove: () => rm(folder, { recursive: true })
  }
}

async function filesWith(folder: string, needle: Uint8Array): Promise<{ path: string; bytes: Buffer; at: number }[]> {
  const found = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    // LOCK is left out: closing it in the process that holds it would end the lock.
    if (!entry.isFile() || entry.name === 'LOCK') continue
    const path = join(entry.parentPath, entry.name)
    const bytes = await readFile(path).catch(goneMeanwhile)
    if (bytes === undefined) continue
    const at = bytes.indexOf(needle)
    if (at >= 0) found.push({ path, bytes, at })
  }
  return found
}

/** Reproducible bytes that do not compress and do not repeat: each seed has others. */
export function noise(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1
  for (let at = 0; at < length; at++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[at] = state >>> 11
  }
  return bytes
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

/** For `assert.rejects` and `assert.throws`. */
export function code(expected: string): (error: unknown) => boolean {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === expected) return true
    throw error
  }
}

/** A store that is open deletes files of its own in the background: what is gone holds nothing. */
function goneMeanwhile(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
