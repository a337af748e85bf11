import { constants, closeSync, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { setImmediate as breathe } from 'node:timers/promises'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import { LIMITS } from '@holdfast/core/base/limits'
import { isSame } from '../operations/held-folder.ts'
import type { Identity } from '../operations/held-folder.ts'
import type { DiskRoot } from './disk-root.ts'
import { IgnoreRules } from './ignore-rules.ts'
import { IGNORE, isOwnName, OWN_NAMES } from './own-names.ts'
import type { DiskEntry, Kind, Stamp } from './trees.ts'

/** Something on the disk that cannot be kept in step, and why. */
export interface Unfit {
  readonly path: string
  readonly code: ErrorCode
}

export interface Scan {
  /** By path; each folder before what is in it. */
  readonly disk: Map<string, DiskEntry>
  readonly unfit: Unfit[]
  /** What could not be looked at, and with it all below. */
  readonly unseen: Set<string>
  /** Of those, sockets, pipes and devices. */
  readonly special: Set<string>
  readonly rules: IgnoreRules
  /** By folder, what is in it. */
  readonly children: Map<string, DiskEntry[]>
}

export interface ScanOptions {
  /** An earlier look: only what is in `dirty` folders is looked at again. */
  readonly before?: Scan
  readonly dirty?: ReadonlySet<string>
  /** The home of the vault: never read. */
  readonly home?: Identity
  readonly signal?: AbortSignal
}

/** So many are looked at before others get a turn. */
const AT_ONCE = 500
const MOST_RULE_BYTES = 64 * 1024

/**
 * Everything in the folder, by what the system says of it: no content is read but that of ignore files. Throws what listing the root
 * throws, and IGNORE_RULES where those of the root cannot be followed.
 */
export async function scanDisk(root: DiskRoot, options: ScanOptions = {}): Promise<Scan> {
  const scan: Scan = {
    disk: new Map(),
    unfit: [],
    unseen: new Set(),
    special: new Set(),
    rules: new IgnoreRules(),
    children: new Map()
  }
  const waiting = ['']
  let looked = 0
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    options.signal?.throwIfAborted()
    const found = known(scan, folder, options) ?? scanFolder(root, folder, scan, options.home)
    waiting.push(...found.folders.reverse())
    looked += found.looked
    if (looked >= AT_ONCE) {
      looked = 0
      await breathe()
    }
  }
  return scan
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

/** What an earlier look said of a folder that nothing was heard of since. Rules are read anew: they count below, too. */
function known(
  scan: Scan,
  folder: string,
  { before, dirty }: ScanOptions
): { folders: string[]; looked: number } | undefined {
  const children = before?.children.get(folder)
  if (children === undefined || dirty?.has(folder) !== false || before!.rules.isUsed || before!.unfit.length > 0)
    return undefined
  scan.children.set(folder, children)
  for (const entry of children) scan.disk.set(entry.path, entry)
  return { folders: children.filter(({ kind }) => kind === 'folder').map(({ path }) => path), looked: 0 }
}

function scanFolder(
  root: DiskRoot,
  folder: string,
  scan: Scan,
  home: Identity | undefined
): { folders: string[]; looked: number } {
  const folders: string[] = []
  let names: Buffer[]
  let at: string
  try {
    at = root.folder(folder)
    names = readdirSync(at, { encoding: 'buffer' })
  } catch (error) {
    if (folder === '') throw error
    unsee(scan, folder, error)
    return { folders, looked: 1 }
  }
  const children: DiskEntry[] = []
  scan.children.set(folder, children)
  if (!addRules(scan, folder, at, names)) return { folders, looked: 1 }
  for (const bytes of names.sort((a, b) => a.compare(b))) {
    const name = bytes.toString('utf8')
    const path = folder === '' ? name : `${folder}/${name}`
    if (folder === '' && OWN_NAMES.has(name)) continue
    if (!Buffer.from(name).equals(bytes)) {
      scan.unfit.push({ path, code: 'NAME_NOT_ALLOWED' }) // no text, so no name elsewhere
      continue
    }
    if (folder === '' && isOwnName(name)) {
      unsee(scan, path, new HoldfastError('NAME_NOT_ALLOWED'))
      continue
    }
    try {
      const status = lstatSync(`${at}/${name}`, { bigint: true, throwIfNoEntry: false })
      if (status === undefined || isSame(status, home)) continue
      const entry = entryOf(path, status)
      if (entry === undefined) for (const set of [scan.unseen, scan.special]) set.add(path) // nothing is put in its place
      if (entry === undefined || scan.rules.isIgnored(path, entry.kind === 'folder')) continue
      const why = entry.kind === 'folder' ? whyClosed(root, folder, status) : undefined
      if (why !== undefined) {
        unsee(scan, path, why)
        continue
      }
      scan.disk.set(path, entry)
      children.push(entry)
      if (entry.kind === 'folder') folders.push(path)
    } catch (error) {
      unsee(scan, path, error)
    }
  }
  return { folders, looked: names.length }
}

/** What cannot be listed is not empty, for all that is known. One that has just gone is. */
function unsee(scan: Scan, path: string, error: unknown): void {
  const { code } = error as NodeJS.ErrnoException
  scan.unseen.add(path)
  if (code === 'ENOENT') return
  scan.unfit.push({ path, code: isHoldfastError(error) ? error.code : 'FILE_UNREADABLE' })
}

/** A folder that is not looked into, and why: what is mounted may be gone tomorrow, and then nobody has deleted it. */
function whyClosed(root: DiskRoot, above: string, { dev }: BigIntStats): HoldfastError | undefined {
  if (dev !== root.identity.dev) return new HoldfastError('OTHER_DISK')
  const isDeep = above !== '' && above.split('/').length + 1 >= LIMITS.pathDepth
  return isDeep ? new HoldfastError('NAME_NOT_ALLOWED') : undefined
}

/** False where they cannot be had: without its rules nothing in this folder may be taken for wanted. */
function addRules(scan: Scan, folder: string, at: string, names: readonly Buffer[]): boolean {
  if (!names.some((name) => name.toString('utf8') === IGNORE)) return true
  try {
    scan.rules.add(folder, readRules(`${at}/${IGNORE}`))
    return true
  } catch {
    const why = new HoldfastError('IGNORE_RULES')
    if (folder === '') throw why
    unsee(scan, folder, why)
    return false
  }
}

function readRules(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const bytes = Buffer.alloc(MOST_RULE_BYTES + 1)
    const length = readSync(file, bytes)
    if (!fstatSync(file).isFile() || length > MOST_RULE_BYTES) throw new HoldfastError('IGNORE_RULES')
    return bytes.toString('utf8', 0, length)
  } finally {
    closeSync(file)
  }
}

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
