import type { DiskEntry } from '@holdfast/node/folder/trees'
import { splitPath } from '@holdfast/node/folder/trees'

const NS_PER_MS = 1_000_000n

/** A folder of a disk: what is done to it is there at once, and outlives every process. The time of a file is what it holds. */
export class FolderDisk {
  readonly entries = new Map<string, DiskEntry>()
  #inode = 1n

  /** Folders before what is in them, as the planner wants it. */
  inOrder(): Map<string, DiskEntry> {
    return new Map([...this.entries].sort(([one], [other]) => (one < other ? -1 : 1)))
  }

  write(path: string, mtimeMs: number, sizeBytes: number, { executable = false, inode = this.#inode++ } = {}): void {
    const mtimeNs = BigInt(mtimeMs) * NS_PER_MS
    const stamp = { size: BigInt(sizeBytes), mtimeNs, ctimeNs: mtimeNs, birthNs: inode, inode }
    this.entries.set(path, { path, kind: 'file', executable, stamp })
  }

  makeFolder(path: string): void {
    const inode = this.#inode++
    const stamp = { size: 0n, mtimeNs: 0n, ctimeNs: 0n, birthNs: inode, inode }
    this.entries.set(path, { path, kind: 'folder', executable: false, stamp })
  }

  /** With all that is below. */
  rename(from: string, to: string): void {
    for (const [path, entry] of [...this.entries]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue
      this.entries.delete(path)
      const moved = to + path.slice(from.length)
      this.entries.set(moved, { ...entry, path: moved })
    }
  }

  /** To a name that is free beside it. */
  setAside(path: string): void {
    this.rename(path, `${path} (aside ${this.#inode++})`)
  }

  isStill({ path, stamp }: DiskEntry): boolean {
    const now = this.entries.get(path)?.stamp
    return now?.inode === stamp.inode && now.mtimeNs === stamp.mtimeNs
  }

  mayStand(path: string): boolean {
    const { parent } = splitPath(path)
    return !this.entries.has(path) && (parent === '' || this.entries.get(parent)?.kind === 'folder')
  }

  isEmpty(folder: string): boolean {
    return [...this.entries.keys()].every((path) => !path.startsWith(`${folder}/`))
  }
}

/** Which write a file holds. */
export function heldBy({ stamp }: Pick<DiskEntry, 'stamp'>): number {
  return Number(stamp.mtimeNs / NS_PER_MS)
}
