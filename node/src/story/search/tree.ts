import { lstat, readdir, readFile, readlink } from 'node:fs/promises'

/** One thing below a folder. */
export interface TreeFile {
  readonly kind: 'file' | 'link' | 'folder' | 'other'
  /** Relative, with `/`. */
  readonly path: string
  readonly sizeBytes: number
  readonly executable: boolean
  readonly mtimeMs: number
  /** The bytes of a file, the target of a link. */
  read(): Promise<Buffer>
}

/** Everything below a folder, by name. Names that are not text are left out, as Holdfast leaves them out and says so. */
export async function treeOf(folder: string): Promise<TreeFile[]> {
  const found: TreeFile[] = []
  await walk(folder, '', found)
  return found
}

async function walk(folder: string, below: string, found: TreeFile[]): Promise<void> {
  const names = await readdir(folder, { encoding: 'buffer' })
  for (const raw of (names as Buffer[]).sort(Buffer.compare)) {
    const name = raw.toString('utf8')
    if (!Buffer.from(name).equals(raw)) continue
    const full = `${folder}/${name}`
    const path = below === '' ? name : `${below}/${name}`
    const status = await lstat(full)
    const kind = status.isFile() ? 'file' : status.isSymbolicLink() ? 'link' : status.isDirectory() ? 'folder' : 'other'
    found.push({
      kind,
      path,
      sizeBytes: status.size,
      executable: (status.mode & 0o111) !== 0,
      mtimeMs: Math.floor(status.mtimeMs),
      read: () => (kind === 'link' ? readlink(full, { encoding: 'buffer' }) : readFile(full))
    })
    if (kind === 'folder') await walk(full, path, found)
  }
}
