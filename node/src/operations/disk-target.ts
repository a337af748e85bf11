import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import {
  chmod,
  link,
  lstat,
  lutimes,
  mkdir,
  open,
  readlink,
  realpath,
  rename,
  stat,
  symlink,
  unlink
} from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { storeError } from '../disk/errors.ts'
import { hold, isSame } from './held-folder.ts'
import type { HeldFolder, Identity } from './held-folder.ts'
import { leadsOutside } from '@holdfast/core/operations/links'

/**
 * A folder of this machine that files of a vault are written into. No name and no link of a vault leads out of it: every
 * folder on the way is looked at and no link is followed. Others may exchange folders meanwhile: on Linux a file is written
 * and moved to its name through a handle of the folder that was looked at, so it is never put where somebody's link leads,
 * at most into a folder that was moved. Elsewhere the folder is looked at before writing and before and after moving:
 * who exchanges it between two of these can have one file written elsewhere, or keep the beginning of one in the folder
 * that was moved; it is reported as OUTSIDE_TARGET when the exchange lasts. Folders are made by path: an empty one could come to stand elsewhere in the same way.
 * Not synced to disk: the vault has the originals.
 */
export class DiskTarget {
  private readonly root: string
  private readonly rootIdentity: Identity
  private readonly never: Identity | undefined
  private readonly keeps: boolean
  private readonly folders: { path: string; mtimeMs: number }[] = []

  private constructor(root: string, rootIdentity: Identity, never: Identity | undefined, keeps: boolean) {
    this.keeps = keeps
    this.root = root
    this.rootIdentity = rootIdentity
    this.never = never
  }

  /**
   * Makes the folder and those above it where they are missing. The way to it is the user's own and may hold links.
   * @param never a folder (the home) into which nothing is written even where it lies below: throws OUTSIDE_TARGET.
   * @param keeps whether what stands at a place is never replaced: then `file` and `link` throw EXISTS.
   */
  static async open(folder: string, never?: string, keeps = false): Promise<DiskTarget> {
    return asTarget(folder, async () => {
      const home = never === undefined ? undefined : await stat(never, { bigint: true })
      await assertNotWithin(folder, home)
      await mkdir(folder, { recursive: true })
      await assertNotWithin(folder, home)
      const root = await realpath(folder)
      return new DiskTarget(root, await lstat(root, { bigint: true }), home, keeps)
    })
  }

  /** The place of a path of names, for people. */
  placeOf(path: readonly string[]): string {
    return join(this.root, ...path)
  }

  /** Makes a folder and those above it. Throws OUTSIDE_TARGET where a link stands in the way, NOT_A_FOLDER for a file. */
  async folder(path: readonly string[], mtimeMs?: number): Promise<string> {
    let at = this.root
    for (const name of path) {
      at = join(at, checked(name))
      await asTarget(at, () => realFolder(at, this.never))
    }
    if (mtimeMs !== undefined) this.folders.push({ path: at, mtimeMs })
    return at
  }

  /** Writes a file as a whole or not at all. What stands at its place is replaced, unless it is a folder (IS_A_FOLDER), or nothing may be (EXISTS). */
  async file(
    path: readonly string[],
    file: { mtimeMs: number; executable: boolean },
    content: AsyncIterable<Uint8Array>
  ): Promise<number> {
    return this.place(path, async (temporary) => {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
      const handle = await open(temporary, flags, file.executable ? 0o777 : 0o666)
      let bytes = 0
      try {
        for await (const piece of content) {
          await handle.writeFile(piece)
          bytes += piece.length
        }
        await handle.utimes(new Date(), secondsOf(file.mtimeMs))
      } finally {
        await handle.close()
      }
      return bytes
    })
  }

  /** Whether a file with this size, time and mode stands there already, and no link on the way. */
  async has(
    path: readonly string[],
    file: { sizeBytes: number; mtimeMs: number; executable: boolean }
  ): Promise<boolean> {
    const names = path.map(checked)
    if ((await this.realParent(names.slice(0, -1))) === undefined) return false
    const status = await lstat(this.placeOf(names)).catch(() => undefined)
    if (status === undefined || !status.isFile() || status.size !== file.sizeBytes) return false
    // A stick that knows neither rights nor single seconds has the file all the same.
    if (this.keeps) return Math.abs(status.mtimeMs - secondsOf(file.mtimeMs) * 1000) <= 2000
    const sameTime = Math.floor(status.mtimeMs) === Math.floor(secondsOf(file.mtimeMs) * 1000)
    return sameTime && ((status.mode & 0o100) !== 0) === file.executable
  }

  /** Whether a link to the same stands there already. */
  async hasLink(path: readonly string[], target: string): Promise<boolean> {
    const names = path.map(checked)
    if ((await this.realParent(names.slice(0, -1))) === undefined) return false
    return (await readlink(this.placeOf(names)).catch(() => undefined)) === target
  }

  /** Throws OUTSIDE_TARGET for a link that would lead out. */
  async link(path: readonly string[], target: string, mtimeMs: number): Promise<void> {
    if (leadsOutside(path, target)) throw new HoldfastError('OUTSIDE_TARGET')
    await this.place(path, async (temporary) => {
      await symlink(target, temporary)
      await lutimes(temporary, new Date(), secondsOf(mtimeMs))
    })
  }

  /** Gives the folders their times, which writing into them has changed. */
  async finish(): Promise<void> {
    for (const { path, mtimeMs } of this.folders.reverse()) {
      await lutimes(path, new Date(), secondsOf(mtimeMs)).catch(() => undefined) // only a time
    }
  }

  /** Makes something beside its place, then moves it there. */
  private async place<T>(path: readonly string[], make: (temporary: string) => Promise<T>): Promise<T> {
    const name = checked(path.at(-1)!)
    const parent = await this.folder(path.slice(0, -1))
    return asTarget(join(parent, name), async () => {
      const folder = await hold(parent)
      try {
        const real = await this.realParent(path.slice(0, -1))
        if (!isSame(folder.identity, real)) throw new HoldfastError('OUTSIDE_TARGET')
        return await placeIn(folder, parent, name, make, this.keeps)
      } finally {
        await folder.close()
      }
    })
  }

  /** The folder at the end of the way; undefined where a link or the home stands on it, or nothing. */
  private async realParent(names: readonly string[]): Promise<Identity | undefined> {
    let at = this.root
    let status = await lstat(at, { bigint: true }).catch(() => undefined)
    if (status === undefined || !isSame(status, this.rootIdentity)) return undefined
    for (const name of names) {
      at = join(at, name)
      status = await lstat(at, { bigint: true }).catch(() => undefined)
      if (status?.isDirectory() !== true || isSame(status, this.never)) return undefined
    }
    return status
  }
}

async function placeIn<T>(
  folder: HeldFolder,
  path: string,
  name: string,
  make: (temporary: string) => Promise<T>,
  keeps: boolean
): Promise<T> {
  const temporary = folder.at(`.holdfast-${randomBytes(6).toString('hex')}.part`)
  const assertThere = async (): Promise<void> => {
    const there = await lstat(path, { bigint: true }).catch(() => undefined)
    if (!isSame(folder.identity, there)) throw new HoldfastError('OUTSIDE_TARGET')
  }
  try {
    const made = await make(temporary)
    await assertThere()
    await (keeps ? moveToFree(temporary, folder.at(name)) : rename(temporary, folder.at(name)))
    await assertThere()
    return made
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
}

/** Throws what the system throws; EEXIST where something stands. Where a disk knows no second name of a file, it is looked before. */
async function moveToFree(temporary: string, place: string): Promise<void> {
  try {
    await link(temporary, place)
    await unlink(temporary)
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    if ((await lstat(place).catch(() => undefined)) !== undefined) throw new HoldfastError('EXISTS')
    await rename(temporary, place)
  }
}

const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** Looked up from the nearest folder that is there, whatever links lead to it. */
async function assertNotWithin(folder: string, home: Identity | undefined): Promise<void> {
  let at = resolve(folder)
  let real = await realpath(at).catch(() => undefined)
  for (; real === undefined && dirname(at) !== at; real = await realpath(at).catch(() => undefined)) at = dirname(at)
  for (let above = real ?? at; ; above = dirname(above)) {
    if (isSame(await stat(above, { bigint: true }), home))
      throw new HoldfastError('OUTSIDE_TARGET', `${folder} is the home of the vault.`)
    if (dirname(above) === above) return
  }
}

/** Names come from the index, which shows none of these. */
function checked(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes(sep) || name.includes('\0')) {
    throw new HoldfastError('OUTSIDE_TARGET')
  }
  return name
}

async function realFolder(path: string, never: Identity | undefined): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const status = await lstat(path, { bigint: true })
    if (isSame(status, never)) throw new HoldfastError('OUTSIDE_TARGET', `${path} is the home of the vault.`)
    if (status.isSymbolicLink()) throw new HoldfastError('OUTSIDE_TARGET', `${path} is a link.`)
    if (!status.isDirectory()) throw new HoldfastError('NOT_A_FOLDER', path)
    if ((status.mode & 0o300n) !== 0o300n) await chmod(path, Number(status.mode | 0o300n)).catch(() => undefined)
  }
}

const BY_ERRNO = new Map([
  ['EISDIR', 'IS_A_FOLDER'],
  ['ENOTEMPTY', 'IS_A_FOLDER'],
  ['EEXIST', 'EXISTS'],
  ['ENOTDIR', 'NOT_A_FOLDER'],
  ['ELOOP', 'OUTSIDE_TARGET'],
  ['ENAMETOOLONG', 'NAME_NOT_ALLOWED'],
  ['EINVAL', 'NAME_NOT_ALLOWED'],
  ['EILSEQ', 'NAME_NOT_ALLOWED']
] as const)

async function asTarget<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isHoldfastError(error)) throw error
    const errno = (error as NodeJS.ErrnoException).code as Parameters<typeof BY_ERRNO.get>[0]
    const code = BY_ERRNO.get(errno) ?? storeError(error).code
    throw new HoldfastError(code, `Cannot write ${path}.`, { cause: error })
  }
}

/**
 * Seconds for the system. A time no clock can have is written as the beginning of time. Half a microsecond keeps a time
 * that is no whole second from being cut to the millisecond before it.
 */
function secondsOf(mtimeMs: number): number {
  if (!isTime(mtimeMs)) return 0
  return mtimeMs % 1000 === 0 ? mtimeMs / 1000 : mtimeMs / 1000 + 5e-7
}

function isTime(mtimeMs: number): boolean {
  return Number.isSafeInteger(mtimeMs) && Math.abs(mtimeMs) <= 8.64e15
}
