import { nameKey } from '@holdfast/core/index/names'
import type { NewFile } from '../../bridge/vault-worker.ts'
import type { FileEntry } from './file-entry.ts'
import { freeName, joined } from './paths.ts'

/** A file as a person gave it: where below the folder it goes, by names. */
export interface Given {
  readonly names: readonly string[]
  readonly file: File
}

/** What is done with a name that a file in the folder has already: a new version of that file, or both kept. */
export type WhenTaken = 'version' | 'both'

/** Those whose first name is taken in the folder, by a file or a folder. Whole folders go into the folder of their name without a question. */
export function takenOf(given: readonly Given[], entries: readonly FileEntry[]): Given[] {
  const files = new Set(entries.filter(({ kind }) => kind !== 'folder').map(({ name }) => nameKey(name)))
  return given.filter(({ names }) => files.has(nameKey(names[0]!)))
}

/** Where each goes. A file never takes the name of a folder, nor of another that is given at the same time. */
export function placed(
  given: readonly Given[],
  folder: string,
  entries: readonly FileEntry[],
  whenTaken: WhenTaken
): NewFile[] {
  const kinds = new Map(entries.map((entry) => [nameKey(entry.name), entry]))
  const used = new Set<string>()
  const renamedFolders = new Map<string, string>()
  return given.map(({ names, file }) => {
    const [first = '', ...below] = names
    const isFolder = below.length > 0
    const there = kinds.get(nameKey(first))
    const mayShare = there === undefined || (there.kind === 'folder' ? isFolder : !isFolder && whenTaken === 'version')
    const isFree = (name: string): boolean => !kinds.has(nameKey(name)) && !used.has(nameKey(name))
    let name = there !== undefined && mayShare ? there.name : first
    if (isFolder) {
      name = renamedFolders.get(first) ?? (mayShare ? name : freeName(first, (other) => !isFree(other)))
      renamedFolders.set(first, name)
    } else if (!mayShare || used.has(nameKey(name))) name = freeName(first, (other) => !isFree(other))
    used.add(nameKey(name))
    const path = [name, ...below].reduce((at, step) => joined(at, step), folder)
    return { path, file, modifiedMs: file.lastModified }
  })
}

/** Files that were dropped and are not taken: beyond so many at once, or in folders that lie too deep. */
export interface LeftOut {
  readonly tooMany: number
  readonly tooDeep: number
}

/** What was chosen, dropped or pasted. A folder that was dropped comes with all that is in it, to a bound: what is beyond is counted. */
export async function givenBy(
  transfer: Pick<DataTransfer, 'items'>
): Promise<{ readonly given: readonly Given[]; readonly left: LeftOut }> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file')
  // Both have to be taken before the first pause: afterwards the transfer is empty.
  const roots = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile())
  const given: Given[] = []
  const left = { tooMany: 0, tooDeep: 0 }
  for (const root of roots) {
    if (root instanceof File) given.push({ names: [root.name], file: root })
    else if (root !== null) await walk(root, [], { given, left })
  }
  return { given, left }
}

export function givenFiles(files: Iterable<File>): Given[] {
  return [...files].map((file) => {
    const names = file.webkitRelativePath === '' ? [file.name] : file.webkitRelativePath.split('/')
    return { names, file }
  })
}

interface Walked {
  readonly given: Given[]
  readonly left: { tooMany: number; tooDeep: number }
}

async function walk(entry: FileSystemEntry, above: readonly string[], walked: Walked): Promise<void> {
  const { given, left } = walked
  const names = [...above, entry.name]
  if (isFile(entry)) {
    if (above.length > DEEPEST) left.tooDeep++
    else if (given.length >= MOST_GIVEN) left.tooMany++
    else given.push({ names, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // One call gives a hundred at most, and nothing when all were given.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return
    for (const one of some) await walk(one, names, walked)
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

/** More at once than a page should hold handles of. */
export const MOST_GIVEN = 10_000
export const DEEPEST = 64
