import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'
import { isSame } from '../operations/held-folder.ts'
import type { Identity } from '../operations/held-folder.ts'

/** So many folders are held open, and as many that were before those. */
const MOST_HELD = 256
/** A handle to name things by: needs no right to list the folder. Node does not export it. */
const O_PATH = 0o10000000
const HANDLES = '/proc/self/fd'
const HOLDS = process.platform === 'linux' && existsSync(HANDLES)
const FLAGS = (HOLDS ? O_PATH : constants.O_RDONLY) | constants.O_DIRECTORY | constants.O_NOFOLLOW

/**
 * The root of a folder kept in step, and its folders by path. On Linux every one is reached name by name through handles, and no
 * link is followed: whoever exchanges a folder for a link meanwhile has nothing read or written elsewhere. On other systems each
 * folder on the way is looked at first.
 */
export class DiskRoot {
  /** Absolute. */
  readonly path: string
  readonly identity: Identity
  readonly #root: number
  #held = new Map<string, number>()
  /** A name given out may still be in use when the next is asked for, and the number of a closed handle is soon another folder's. */
  #earlier = new Map<string, number>()

  /** The way to the root is the user's own and may hold links. Throws what the system throws. */
  constructor(path: string) {
    this.path = path
    this.#root = openSync(path, (HOLDS ? O_PATH : constants.O_RDONLY) | constants.O_DIRECTORY)
    this.identity = fstatSync(this.#root, { bigint: true })
  }

  /** Whether the folder at its path is still this one. */
  isThere(): boolean {
    const status = statSync(this.path, { bigint: true, throwIfNoEntry: false })
    return status !== undefined && isSame(status, this.identity)
  }

  /** Where to reach something in a folder. Throws OUTSIDE_TARGET for a link on the way, and ENOENT. */
  at(folder: string, name: string): string {
    return `${this.folder(folder)}/${name}`
  }

  folder(path: string): string {
    if (!HOLDS) return this.#looked(path)
    return `${HANDLES}/${path === '' ? this.#root : this.#handle(path)}`
  }

  /** After a folder was moved, removed or exchanged. */
  forget(): void {
    for (const held of [this.#held, this.#earlier]) {
      for (const handle of held.values()) closeSync(handle)
      held.clear()
    }
  }

  close(): void {
    this.forget()
    closeSync(this.#root)
  }

  #handle(path: string): number {
    const known = this.#held.get(path)
    if (known !== undefined) return known
    const earlier = this.#earlier.get(path)
    this.#earlier.delete(path)
    if (this.#held.size >= MOST_HELD) this.#turn()
    const handle = earlier ?? this.#open(path)
    this.#held.set(path, handle)
    return handle
  }

  #open(path: string): number {
    const cut = path.lastIndexOf('/')
    const above = cut === -1 ? this.#root : this.#handle(path.slice(0, cut))
    return openFolder(`${HANDLES}/${above}/${path.slice(cut + 1)}`)
  }

  #turn(): void {
    for (const handle of this.#earlier.values()) closeSync(handle)
    this.#earlier = this.#held
    this.#held = new Map()
  }

  #looked(path: string): string {
    let at = this.path
    for (const name of path === '' ? [] : path.split('/')) {
      at = join(at, name)
      if (!lstatSync(at).isDirectory()) throw new HoldfastError('OUTSIDE_TARGET')
    }
    return at
  }
}

function openFolder(path: string): number {
  try {
    return openSync(path, FLAGS)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ELOOP' || code === 'ENOTDIR') throw new HoldfastError('OUTSIDE_TARGET', undefined, { cause: error })
    throw error
  }
}
