import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceRoot } from './disk-source.ts'

/** A file of this disk, and where it goes. */
export interface DiskSize extends SourceRoot {
  readonly bytes: number
  readonly mtimeMs: number
}

/** The size of every file below these roots. What cannot be looked at is left out: whoever reads it says why. */
export async function* sizesBelow(roots: readonly SourceRoot[]): AsyncGenerator<DiskSize> {
  const left = [...roots]
  for (let root = left.pop(); root !== undefined; root = left.pop()) {
    const { path, at } = root
    const status = await lstat(path).catch(() => undefined)
    if (status?.isFile() === true) yield { path, at, bytes: status.size, mtimeMs: Math.trunc(status.mtimeMs) }
    if (status?.isDirectory() !== true) continue
    const names = await readdir(path).catch(() => [])
    for (const name of names) left.push({ path: join(path, name), at: [...at, name] })
  }
}
