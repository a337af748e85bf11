import type { TreeFile } from './tree.ts'
import { treeOf } from './tree.ts'

export interface Comparison {
  readonly files: number
  readonly bytes: number
  /** What is not the same, with the reason. */
  readonly different: readonly string[]
}

/**
 * Compares two folders byte by byte, with the executable bit, the times of files, empty folders and links.
 * `mayLack` names what the second need not have (links that lead outside are not written; unreadable files were not read).
 */
export async function compareFolders(
  first: string,
  second: string,
  mayLack: ReadonlySet<string> = new Set()
): Promise<Comparison> {
  const left = new Map((await treeOf(first)).filter(({ kind }) => kind !== 'other').map((file) => [file.path, file]))
  const right = new Map((await treeOf(second)).map((file) => [file.path, file]))
  const different: string[] = []
  let files = 0
  let bytes = 0
  for (const [path, file] of left) {
    const other = right.get(path)
    right.delete(path)
    if (other === undefined) {
      if (!isExcused(path, mayLack)) different.push(`${path}: missing`)
      continue
    }
    const why = await differenceOf(file, other)
    if (why !== undefined) different.push(`${path}: ${why}`)
    if (file.kind !== 'file') continue
    files++
    bytes += file.sizeBytes
  }
  for (const path of right.keys()) different.push(`${path}: nothing like it in the first`)
  return { files, bytes, different }
}

function isExcused(path: string, mayLack: ReadonlySet<string>): boolean {
  const parts = path.split('/')
  return parts.some((_, at) => mayLack.has(parts.slice(0, at + 1).join('/')))
}

async function differenceOf(file: TreeFile, other: TreeFile): Promise<string | undefined> {
  if (file.kind !== other.kind) return `a ${file.kind}, then a ${other.kind}`
  if (file.kind === 'folder') return undefined
  if (!(await file.read()).equals(await other.read())) return 'other bytes'
  if (file.kind === 'link') return undefined
  if (file.executable !== other.executable) return 'another executable bit'
  // Times are kept to the millisecond, and a system may round what it is given.
  return Math.abs(file.mtimeMs - other.mtimeMs) <= 1 ? undefined : 'another time'
}
