import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, lstat, lutimes, mkdir, open, realpath, rename, symlink, unlink, utimes } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { storeError } from '../disk/errors.ts'
import { leadsOutside } from './links.ts'

/**
 * A folder of this machine that files of a vault are written into and never out of: every folder on the way is looked at
 * and no link is followed, because names and links of a vault are hostile, and others may write in the folder meanwhile.
 * Not synced to disk: the vault has the originals.
 */
export class DiskTarget {
  private readonly root: string
  private readonly folders: { path: string; mtimeMs: number }[] = []

  private readonly never: string | undefined

  private constructor(root: string, never: string | undefined) {
    this.root = root
    this.never = never
  }

  /**
   * Makes the folder and those above it where they are missing. The way to it is the user's own and may hold links.
   * @param never a folder (the home) into which nothing is written even where it lies below: throws OUTSIDE_TARGET.
   */
  static async open(folder: string, never?: string): Promise<DiskTarget> {
    return asTarget(folder, async () => {
      const home = never === undefined ? undefined : await realpath(never)
      if (isWithin(resolve(folder), home))
        throw new HoldfastError('OUTSIDE_TARGET', `${folder} is the home of the vault.`)
      await mkdir(folder, { recursive: true })
      const root = await realpath(folder)
      if (isWithin(root, home)) throw new HoldfastError('OUTSIDE_TARGET', `${folder} is the home of the vault.`)
      return new DiskTarget(root, home)
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
      if (at === this.never) throw new HoldfastError('OUTSIDE_TARGET', `${at} is the home of the vault.`)
      await asTarget(at, () => realFolder(at))
    }
    if (mtimeMs !== undefined) this.folders.push({ path: at, mtimeMs })
    return at
  }

  /** Writes a file as a whole or not at all. What stands at its place is replaced, unless it is a folder (IS_A_FOLDER). */
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

  /** Whether a file with this size, time and mode stands there already. */
  async has(
    path: readonly string[],
    file: { sizeBytes: number; mtimeMs: number; executable: boolean }
  ): Promise<boolean> {
    const status = await lstat(this.placeOf(path.map(checked))).catch(() => undefined)
    if (status === undefined || !status.isFile() || status.size !== file.sizeBytes) return false
    const sameTime = Math.floor(status.mtimeMs) === Math.floor(secondsOf(file.mtimeMs) * 1000)
    return sameTime && ((status.mode & 0o100) !== 0) === file.executable
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
      await utimes(path, new Date(), secondsOf(mtimeMs)).catch(() => undefined) // only a time
    }
  }

  /** Makes something beside its place, then moves it there. */
  private async place<T>(path: readonly string[], make: (temporary: string) => Promise<T>): Promise<T> {
    const parent = await this.folder(path.slice(0, -1))
    const final = join(parent, checked(path.at(-1)!))
    const temporary = join(parent, `.holdfast-${randomBytes(6).toString('hex')}.part`)
    return asTarget(final, async () => {
      try {
        const made = await make(temporary)
        // Looked at again: the folder could have been exchanged for a link since.
        if ((await realpath(parent)) !== parent) throw new HoldfastError('OUTSIDE_TARGET')
        await rename(temporary, final)
        return made
      } catch (error) {
        await unlink(temporary).catch(() => undefined)
        throw error
      }
    })
  }
}

function isWithin(path: string, folder: string | undefined): boolean {
  return folder !== undefined && `${path}${sep}`.startsWith(`${folder}${sep}`)
}

/** Names come from the index, which shows none of these. */
function checked(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes(sep) || name.includes('\0')) {
    throw new HoldfastError('OUTSIDE_TARGET')
  }
  return name
}

async function realFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const status = await lstat(path)
    if (status.isSymbolicLink()) throw new HoldfastError('OUTSIDE_TARGET', `${path} is a link.`)
    if (!status.isDirectory()) throw new HoldfastError('NOT_A_FOLDER', path)
    if ((status.mode & 0o300) !== 0o300) await chmod(path, status.mode | 0o300).catch(() => undefined)
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
