import { readdir, readFile, rm, writeFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subject } from './subject.ts'

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

/** A store that is open deletes files of its own in the background: what is gone holds nothing. */
function goneMeanwhile(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
