import { constants, closeSync, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { LIMITS } from '@holdfast/core/base/limits'
import { leadsOutside } from '@holdfast/core/operations/links'
import { isSame } from '../operations/held-folder.ts'
import type { Identity } from '../operations/held-folder.ts'
import type { DiskRoot } from './disk-root.ts'
import type { IgnoreRules } from './ignore-rules.ts'
import { IGNORE, isOwnName, OWN_NAMES } from './own-names.ts'
import type { DiskEntry, Kind, Stamp } from './trees.ts'

/** Something on the disk that cannot be kept in step, and why. */
export interface Unfit {
  readonly path: string
  readonly code: ErrorCode
}

/** One folder as it was seen. */
export interface Look {
  /** By name, in the order of its bytes. */
  readonly children: DiskEntry[]
  readonly unfit: Unfit[]
  /** Paths that could not be looked at, and with each all below. */
  readonly unseen: string[]
  /** Of those, sockets, pipes and devices. */
  readonly special: string[]
  /** What its ignore file says, if it has one. */
  readonly rules: string | undefined
  /** How many names it has. */
  readonly names: number
}

const MOST_RULE_BYTES = 64 * 1024

/**
 * What is in one folder, by what the system says of it: no content is read but that of an ignore file, whose rules are told to
 * `rules` first. `home` is the vault's own and never read. Throws what listing the root throws, and IGNORE_RULES where those of the
 * root cannot be followed.
 */
export function lookInto(root: DiskRoot, folder: string, rules: IgnoreRules, home: Identity | undefined): Look {
  const look = { children: [] as DiskEntry[], unfit: [] as Unfit[], unseen: [] as string[], special: [] as string[] }
  try {
    const at = root.folder(folder)
    const names = readdirSync(at, { encoding: 'buffer' }).sort((a, b) => a.compare(b))
    const text = rulesIn(at, names)
    rules.set(folder, text)
    const looking = { root, folder, at, rules, home, look }
    for (const name of names) lookAtName(looking, name)
    return { ...look, rules: text, names: names.length }
  } catch (error) {
    if (folder === '') throw error
    unsee(look, folder, error)
    return { ...look, rules: undefined, names: 1 }
  }
}

interface Looking {
  readonly root: DiskRoot
  readonly folder: string
  /** Where to reach it. */
  readonly at: string
  readonly rules: IgnoreRules
  readonly home: Identity | undefined
  readonly look: Pick<Look, 'children' | 'unfit' | 'unseen' | 'special'>
}

function lookAtName({ root, folder, at, rules, home, look }: Looking, bytes: Buffer): void {
  const name = bytes.toString('utf8')
  const path = folder === '' ? name : `${folder}/${name}`
  if (folder === '' && OWN_NAMES.has(name)) return
  if (!Buffer.from(name).equals(bytes)) {
    look.unfit.push({ path, code: 'NAME_NOT_ALLOWED' }) // no text, so no name elsewhere
    return
  }
  if (folder === '' && isOwnName(name)) return unsee(look, path, new HoldfastError('NAME_NOT_ALLOWED'))
  try {
    const status = lstatSync(`${at}/${name}`, { bigint: true, throwIfNoEntry: false })
    if (status === undefined || isSame(status, home)) return
    const entry = entryOf(path, status)
    if (entry === undefined) for (const list of [look.unseen, look.special]) list.push(path) // nothing is put in its place
    if (entry === undefined || rules.isIgnored(path, entry.kind === 'folder')) return
    const why = entry.kind === 'folder' ? whyClosed(root, folder, status) : undefined
    if (why !== undefined) return unsee(look, path, why)
    // It is kept, and no other device makes it: that is to be known where it can be mended.
    const isOut = entry.kind === 'link' && leadsOutside(path.split('/'), readlinkSync(`${at}/${name}`, 'utf8'))
    if (isOut) look.unfit.push({ path, code: 'OUTSIDE_TARGET' })
    look.children.push(entry)
  } catch (error) {
    unsee(look, path, error)
  }
}

/** What cannot be listed is not empty, for all that is known. One that has just gone is. */
function unsee({ unseen, unfit }: Looking['look'], path: string, error: unknown): void {
  unseen.push(path)
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
    unfit.push({ path, code: isHoldfastError(error) ? error.code : 'FILE_UNREADABLE' })
}

/** A folder that is not looked into, and why: what is mounted may be gone tomorrow, and then nobody has deleted it. */
function whyClosed(root: DiskRoot, above: string, { dev }: BigIntStats): HoldfastError | undefined {
  if (dev !== root.identity.dev) return new HoldfastError('OTHER_DISK')
  const isDeep = above !== '' && above.split('/').length + 1 >= LIMITS.pathDepth
  return isDeep ? new HoldfastError('NAME_NOT_ALLOWED') : undefined
}

/** Looks at one thing; undefined where nothing is. Throws OUTSIDE_TARGET and what the system throws. */
export function lookAt(root: DiskRoot, path: string): DiskEntry | undefined {
  const cut = path.lastIndexOf('/')
  try {
    const status = lstatSync(root.at(path.slice(0, Math.max(0, cut)), path.slice(cut + 1)), {
      bigint: true,
      throwIfNoEntry: false
    })
    return status === undefined ? undefined : entryOf(path, status)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Throws IGNORE_RULES where they cannot be had: without its rules nothing in a folder may be taken for wanted. */
function rulesIn(at: string, names: readonly Buffer[]): string | undefined {
  if (!names.some((name) => name.equals(IGNORE_NAME))) return undefined
  try {
    const file = openSync(`${at}/${IGNORE}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const bytes = Buffer.alloc(MOST_RULE_BYTES + 1)
      const length = readSync(file, bytes)
      if (!fstatSync(file).isFile() || length > MOST_RULE_BYTES) throw new HoldfastError('IGNORE_RULES')
      return bytes.toString('utf8', 0, length)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw new HoldfastError('IGNORE_RULES', undefined, { cause: error })
  }
}

const IGNORE_NAME = Buffer.from(IGNORE)

/** Sockets, pipes and devices are nothing that a vault could keep. */
export function entryOf(path: string, status: BigIntStats): DiskEntry | undefined {
  const kind = kindOf(status)
  if (kind === undefined) return undefined
  return { path, kind, executable: kind === 'file' && (status.mode & 0o100n) !== 0n, stamp: stampOf(status) }
}

export function stampOf({ size, mtimeNs, ctimeNs, birthtimeNs, ino }: BigIntStats): Stamp {
  return { size, mtimeNs, ctimeNs, birthNs: birthtimeNs, inode: ino }
}

function kindOf(status: BigIntStats): Kind | undefined {
  if (status.isFile()) return 'file'
  if (status.isDirectory()) return 'folder'
  return status.isSymbolicLink() ? 'link' : undefined
}
