import {
  closeSync,
  constants,
  fchmodSync,
  fdatasync,
  fstatSync,
  fsync,
  futimesSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeSync
} from 'node:fs'
import { promisify } from 'node:util'
import type { FileContent } from '@holdfast/core/index/records'
import type { Vault } from '@holdfast/core/vault/vault'
import type { DiskRoot } from './disk-root.ts'
import { TEMPORARY } from './own-names.ts'
import { splitPath } from './trees.ts'

const syncData = promisify(fdatasync)
const syncAll = promisify(fsync)

/** The folder in which files are written before they get their names. What an earlier process left in it is nobody's. */
export class Stage {
  readonly #root: DiskRoot
  #number = 0

  constructor(root: DiskRoot) {
    this.#root = root
    try {
      mkdirSync(root.at('', TEMPORARY), { mode: 0o700 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    for (const name of readdirSync(root.folder(TEMPORARY))) rmSync(this.at(name), { recursive: true, force: true })
  }

  at(name: string): string {
    return this.#root.at(TEMPORARY, name)
  }

  /**
   * Writes a content whole and makes its bytes durable; returns its name in this folder. `replaces`: the path of the file whose place
   * it takes, and whose permissions: an edit makes nothing readable for others.
   */
  async write(vault: Vault, content: FileContent, signal: AbortSignal, replaces?: string): Promise<string> {
    const name = `${this.#number++}`
    if (content.kind === 'link') {
      const pieces: Uint8Array[] = []
      for await (const piece of vault.read(content, undefined, { signal })) pieces.push(piece.slice())
      symlinkSync(Buffer.concat(pieces), this.at(name))
      lutimesSync(this.at(name), secondsOf(content.mtimeMs), secondsOf(content.mtimeMs))
      return name
    }
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    const executable = content.kind === 'executable'
    const mode = replaces === undefined ? undefined : modeOf(this.#root, replaces)
    const file = openSync(this.at(name), flags, mode === undefined ? (executable ? 0o777 : 0o666) : 0o600)
    try {
      if (mode !== undefined) fchmodSync(file, permissions(mode, executable))
      for await (const piece of vault.read(content, undefined, { signal }))
        for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at)
      futimesSync(file, Date.now() / 1000, secondsOf(content.mtimeMs))
      await syncData(file)
    } catch (error) {
      closeSync(file)
      this.drop(name)
      throw error
    }
    closeSync(file)
    return name
  }

  drop(name: string): void {
    rmSync(this.at(name), { force: true })
  }

  /** After the last pass: an empty folder of this program need not be seen. */
  close(): void {
    dropStage(this.#root)
  }
}

export function dropStage(root: DiskRoot): void {
  rmSync(root.at('', TEMPORARY), { recursive: true, force: true })
  root.forget()
}

/** Makes names given and taken in these folders durable. */
export async function syncFolders(root: DiskRoot, folders: Iterable<string>): Promise<void> {
  for (const folder of folders) {
    let handle: number
    try {
      handle = openSync(root.folder(folder), constants.O_RDONLY | constants.O_DIRECTORY)
    } catch {
      continue // moved or removed since, and synced there
    }
    try {
      await syncAll(handle)
    } finally {
      closeSync(handle)
    }
  }
}

/** Whoever may read may execute, as the system does it for new programs. */
function permissions(mode: number, executable: boolean): number {
  return (executable ? mode | ((mode & 0o444) >> 2) : mode & ~0o111) & 0o777
}

/** Bits and time of a file that has its bytes already. */
export function touch(path: string, kind: 'file' | 'link', executable: boolean, mtimeMs: number): void {
  if (kind === 'link') return lutimesSync(path, secondsOf(mtimeMs), secondsOf(mtimeMs))
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const { mode } = fstatSync(file)
    fchmodSync(file, permissions(mode, executable))
    futimesSync(file, Date.now() / 1000, secondsOf(mtimeMs))
  } finally {
    closeSync(file)
  }
}

/** A time no clock can have is the beginning of time. Half a microsecond keeps a millisecond from being cut to the one before. */
function secondsOf(mtimeMs: number): number | Date {
  if (!Number.isSafeInteger(mtimeMs) || Math.abs(mtimeMs) > 8.64e15) return 0
  if (mtimeMs < 0) return new Date(mtimeMs) // Node takes a negative number for now
  return mtimeMs % 1000 === 0 ? mtimeMs / 1000 : mtimeMs / 1000 + 5e-7
}

/** The permissions of a file; undefined where none is there. */
function modeOf(root: DiskRoot, path: string): number | undefined {
  const { parent, name } = splitPath(path)
  const status = lstatSync(root.at(parent, name), { throwIfNoEntry: false })
  return status?.isFile() === true ? status.mode & 0o777 : undefined
}
