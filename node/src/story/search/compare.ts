import type { TreeFile } from './tree.ts'
import { treeOf } from './tree.ts'

export interface Comparison {
  readonly files: number
  readonly bytes: number
  /** What is not the same, with the reason. */
  readonly different: readonly string[]
}

/** What is known to be different, because it was said. */
export interface Expected {
  /** What the second need not have: links that lead outside are not written, unreadable files were not read. */
  readonly mayLack?: ReadonlySet<string>
  /** Names of the second, with their path, that stand for others: twins that differ in case cannot be kept everywhere. */
  readonly renamed?: ReadonlyMap<string, string>
}

/**
 * Compares two folders byte by byte, with the executable bit, the times of files, empty folders and links.
 */
export async function compareFolders(first: string, second: string, expected: Expected = {}): Promise<Comparison> {
  const { mayLack = new Set(), renamed = new Map() } = expected
  const left = new Map((await treeOf(first)).filter(({ kind }) => kind !== 'other').map((file) => [file.path, file]))
  const right = new Map((await treeOf(second)).map((file) => [originalOf(file.path, renamed), file]))
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

function originalOf(path: string, renamed: ReadonlyMap<string, string>): string {
  const names = path.split('/')
  return names.map((name, at) => renamed.get(names.slice(0, at + 1).join('/')) ?? name).join('/')
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
