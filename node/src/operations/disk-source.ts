import type { BigIntStats } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { HoldfastError, isHoldfastError, type ErrorCode } from '@holdfast/core/base/errors'
import type { ContentSource } from '@holdfast/core/vault/content-source'
import type { SealPool } from '../seal-pool/pool.ts'
import { readStamped, stampOf, unreadable } from '../seal-pool/stamped-file.ts'
import type { AddItem } from '@holdfast/core/operations/engine-part'
import { leadsOutside } from '@holdfast/core/operations/links'

/** What is met on the way and is not simply added. Paths are relative to where the items go. */
export interface SourceReport {
  failed(path: readonly string[], code: ErrorCode): void
  /** A link that points out of its folder: kept as text all the same. */
  linkOutside(path: readonly string[], target: string): void
  /** Neither file, folder nor link (a socket, a pipe, a device), or the home of this vault itself. */
  leftOut(path: readonly string[], reason: string): void
}

/** A file or folder of this machine and where it goes: `at` is its path, empty for a folder whose contents are wanted. */
export interface SourceRoot {
  readonly path: string
  readonly at: readonly string[]
}

/** Reads and seals files elsewhere, so that all cores work. */
export type FileSealer = Pick<SealPool, 'sealFile' | 'sealSmall'>

export interface WalkOptions {
  readonly sealer?: FileSealer
  /** The home: its files change while they are read, and reading its lock file would give the lock away. */
  readonly leaveOut?: string
}

/** Everything below the roots, each folder before what is in it, by name; read while it is walked. Unreadable ones are reported. */
export async function* walkDisk(
  roots: readonly SourceRoot[],
  report: SourceReport,
  { sealer, leaveOut }: WalkOptions = {}
): AsyncGenerator<AddItem> {
  const own = leaveOut === undefined ? undefined : await lstat(leaveOut, { bigint: true }).catch(() => undefined)
  for (const { path, at } of roots)
    yield* walkOne({ path: Buffer.from(path), at, root: at.length, sealer, own }, await lookAtRoot(path), report)
}

/** The name a path of this machine has by itself. */
export function ownName(path: string): string {
  return basename(path)
}

interface Found {
  /** As bytes, because a name need not be text. */
  readonly path: Buffer
  readonly at: readonly string[]
  /** How many names of `at` stand for the added folder itself. */
  readonly root: number
  readonly sealer: FileSealer | undefined
  readonly own: BigIntStats | undefined
}

/** What is there, or why that cannot be said. */
type Look = BigIntStats | HoldfastError

function look(path: Buffer): Promise<Look> {
  return lstat(path, { bigint: true }).catch(unreadable)
}

/** A root was named by a person and not listed before, so nothing there means a wrong name, not a change. */
async function lookAtRoot(path: string): Promise<Look> {
  return lstat(path, { bigint: true }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? new HoldfastError('NOT_FOUND', undefined, { cause: error })
      : unreadable(error)
  })
}

async function* walkOne(found: Found, status: Look, report: SourceReport): AsyncGenerator<AddItem> {
  try {
    if (status instanceof HoldfastError) report.failed(found.at, status.code)
    else if (found.own !== undefined && isSame(status, found.own))
      report.leftOut(found.at, 'the home of this vault itself')
    else if (status.isDirectory()) yield* walkFolder(found, status, report)
    else if (status.isFile()) yield fileItem(found, status)
    else if (status.isSymbolicLink()) yield await linkItem(found, status, report)
    else report.leftOut(found.at, 'neither file, folder nor link')
  } catch (error) {
    if (isHoldfastError(error)) throw error
    report.failed(found.at, unreadable(error).code)
  }
}

async function* walkFolder(found: Found, status: BigIntStats, report: SourceReport): AsyncGenerator<AddItem> {
  const names = await namesIn(found.path, (error) => report.failed(found.at, unreadable(error).code))
  if (names === undefined) return // not empty, for all that is known
  if (found.at.length > 0) yield { kind: 'folder', path: found.at, mtimeMs: Number(status.mtimeMs) }
  for (let from = 0; from < names.length; from += LOOKS_AT_ONCE) {
    const some = names
      .slice(from, from + LOOKS_AT_ONCE)
      .map((name) => ({ name, path: Buffer.concat([found.path, SLASH, name]) }))
    const looks = await Promise.all(some.map(({ path }) => look(path)))
    for (const [i, { name, path }] of some.entries()) {
      const text = name.toString('utf8')
      const at = [...found.at, text]
      if (!Buffer.from(text).equals(name))
        report.failed(at, 'NAME_NOT_ALLOWED') // no text, so no name elsewhere
      else yield* walkOne({ ...found, path, at }, looks[i]!, report)
    }
  }
}

async function namesIn(path: Buffer, failed: (error: unknown) => void): Promise<Buffer[] | undefined> {
  try {
    const names = await readdir(path, { encoding: 'buffer' })
    return (names as Buffer[]).sort((a, b) => a.compare(b))
  } catch (error) {
    failed(error)
    return undefined
  }
}

async function linkItem(found: Found, status: BigIntStats, report: SourceReport): Promise<AddItem> {
  const target = (await readlink(found.path, { encoding: 'buffer' })).toString('utf8')
  if (leadsOutside(found.at.slice(found.root), target)) report.linkOutside(found.at, target)
  return { kind: 'link', path: found.at, mtimeMs: Number(status.mtimeMs), target }
}

function fileItem(found: Found, status: BigIntStats): AddItem {
  return {
    kind: 'file',
    path: found.at,
    mtimeMs: Number(status.mtimeMs),
    executable: (status.mode & 0o111n) !== 0n,
    sizeBytes: Number(status.size),
    content: diskContent(found, status)
  }
}

/** The bytes of a file as it was when it was listed. Throws FILE_CHANGED when it is not that any more, FILE_UNREADABLE. */
function diskContent({ path, sealer }: Found, listed: BigIntStats): ContentSource {
  const file = { path, stamp: stampOf(listed) }
  return {
    sizeBytes: file.stamp.sizeBytes,
    async *bytes() {
      yield* readStamped(path, file.stamp)
    },
    ...(sealer !== undefined && {
      sealedChunks: (keys) => sealer.sealFile(file, keys),
      sealedInline: (kind, place) => sealer.sealSmall(file, kind, place)
    })
  }
}

/** Together they cost a fraction of what each costs alone, and the files behind them come in groups. */
const LOOKS_AT_ONCE = 64
const SLASH = Buffer.from('/')

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.ino === other.ino && one.dev === other.dev
}
