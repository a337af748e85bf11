import { lstatSync } from 'node:fs'
import { isHoldfastError } from '@holdfast/core/base/errors'
import type { ErrorCode } from '@holdfast/core/base/errors'
import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import { move, removeAll, replaceContent } from '@holdfast/core/index/edits'
import type { Intent } from '@holdfast/core/index/edits'
import type { ReadModel } from '@holdfast/core/index/read-model'
import type { FileContent } from '@holdfast/core/index/records'
import type { AddItem } from '@holdfast/core/vault/write'
import type { Vault } from '@holdfast/core/vault/vault'
import type { FileSealer } from '../operations/disk-source.ts'
import { readStamped } from '../seal-pool/stamped-file.ts'
import { codeOf } from './disk-errors.ts'
import type { BaseRows } from './base-rows.ts'
import type { DiskRoot } from './disk-root.ts'
import type { Plan } from './plan.ts'
import { fileToRead, isForLater, isSameContent, linkText } from './same-content.ts'
import { lookAt, stampOf } from './scan.ts'
import { isSameStamp, splitPath } from './trees.ts'
import type { DiskEntry, Parent } from './trees.ts'
import { entryOf } from './vault-view.ts'
import { VaultNaming } from './vault-naming.ts'
import type { Target } from './vault-naming.ts'

/** How far a pass has come: what of this disk was looked at or sealed, or what of the vault was written here. */
export interface StepProgress {
  readonly step: 'looking' | 'sealing' | 'writing'
  readonly files: number
  readonly bytes: number
  /** What it is at, relative to the root. */
  readonly path: string
}

export interface StepContext {
  readonly vault: Vault
  /** The folder of the vault that is kept in step. */
  readonly vaultRoot: FileId | null
  readonly root: DiskRoot
  readonly base: BaseRows
  /** Threads that seal; without them it is done here. */
  readonly sealer?: FileSealer
  readonly signal: AbortSignal
  /** Whether all bytes of a content lie on this device. */
  isHere(content: FileContent): boolean
  /** What does not come by itself, because it lay in a folder once, is to come. */
  bring(content: FileContent): void
  /** Whether a file holds a content of which there is no second copy here; undefined where there is one. */
  holds(content: FileContent, entry: DiskEntry): Promise<boolean | undefined>
  progress?(progress: StepProgress): void
  /** Told of what could not be done. */
  failed(path: string, code: ErrorCode): void
}

/** What this disk has done, told to the vault: in few entries, each durable before the base says so. Returns how much was done. */
export async function tellVault(c: StepContext, steps: Plan): Promise<number> {
  const moved = await moveAll(c, steps.moves)
  const removed = await removeGone(c, steps.removes)
  const written = await writeAll(c, steps)
  await c.base.write()
  return moved + removed + written
}

async function moveAll(c: StepContext, moves: Plan['moves']): Promise<number> {
  if (moves.length === 0) return 0
  const intentsOf = ({ id, parent, name }: Plan['moves'][number]): Intent[] =>
    move(c.vault.index.tree, id, { parent: inVault(c, parent), name })
  const done = new Set(moves)
  await c.vault
    .edit(() => moves.flatMap(intentsOf))
    .catch(async (error: unknown) => {
      if (!isHoldfastError(error)) throw error
      for (const one of moves)
        await c.vault
          .edit(() => intentsOf(one))
          .catch((reason: unknown) => {
            if (!isHoldfastError(reason)) throw reason
            done.delete(one) // what it waits for may be done by then
            if (reason.code !== 'EXISTS' && reason.code !== 'NOT_A_FOLDER') c.failed(one.name, reason.code)
          })
    })
  for (const { id, parent, name } of done) {
    const row = c.base.rows.get(id)
    if (row !== undefined) c.base.set({ ...row, parent, name })
  }
  await c.base.write()
  return done.size
}

/** Worked out in the turn of the entry: only what is as this disk knew it is removed, folders only with all in them. */
async function removeGone(c: StepContext, removes: Plan['removes']): Promise<number> {
  if (removes.length === 0) return 0
  const wanted = new Map(removes.map(({ id, object }) => [id, object]))
  let gone: FileId[] = []
  await c.vault.edit(() => {
    const { tree } = c.vault.index
    const isAsKnown = (id: FileId): boolean => {
      const node = tree.node(id)
      if (node === undefined || !wanted.has(id)) return false
      if (node.kind === 'folder') return tree.list(id).every((child) => isAsKnown(child.id))
      return node.content?.kind !== 'folder' && node.content?.object === wanted.get(id)
    }
    gone = [...wanted.keys()].filter(isAsKnown)
    const all = new Set(gone)
    const isTop = (id: FileId): boolean => {
      const folder = tree.node(id)?.folder ?? null
      return folder === null || !all.has(folder)
    }
    return removeAll(tree, gone.filter(isTop))
  })
  for (const id of gone) c.base.delete(id)
  await c.base.write()
  return gone.length
}

async function writeAll(c: StepContext, steps: Plan): Promise<number> {
  const edits = await onlyNewContent(c, steps.edits)
  const targets = new Map<string, Target>()
  const entries = new Map<string, { id: FileId; entry: DiskEntry }>()
  for (const { id, parent, name, entry } of [...steps.newFolders, ...steps.newFiles]) {
    targets.set(entry.path, { id, place: { parent: inVault(c, parent), name } })
    entries.set(entry.path, { id, entry })
  }
  for (const { id, expected, entry } of edits.changed) {
    targets.set(entry.path, { id, expected })
    entries.set(entry.path, { id, entry })
  }
  for (const { id, expected, entry } of await differing(c, steps.compares)) {
    targets.set(entry.path, { id, expected, isBeside: true })
    entries.set(entry.path, { id, entry })
  }
  if (entries.size === 0) return edits.done
  const written = new Map<FileId, ObjectId>()
  const report = await c.vault.addTree(itemsOf(c, entries), [], {
    signal: c.signal,
    onProgress: ({ files, bytes, path }) => c.progress?.({ step: 'sealing', files, bytes, path: path.join('/') }),
    naming: () => new VaultNaming(c.vault.index.tree, targets, written)
  })
  const failed = new Set(report.failed.map(({ path }) => path.join('/')))
  for (const { path, code } of report.failed) if (!LATER.has(code)) c.failed(path.join('/'), code)
  let done = edits.done
  for (const [path, { id, entry }] of entries) {
    if (failed.has(path)) continue
    if (noteWritten(c, id, entry, written.get(id))) done++
  }
  return done
}

/**
 * What this disk holds is what was written, whatever the file holds by now. An item that was refused with all above it is in no list:
 * the tree says what is there.
 */
function noteWritten(c: StepContext, id: FileId, entry: DiskEntry, object: ObjectId | undefined): boolean {
  const { tree } = c.vault.index
  const node = tree.node(id)
  if (node === undefined) return false
  if (entry.kind !== 'folder' && (object === undefined || !holds(tree.versions(node.conflictOf ?? id), object)))
    return false
  const before = c.base.rows.get(id)
  const parent = before?.parent ?? entryOf(node, c.vaultRoot).parent
  const { stamp, kind, executable } = entry
  const name = splitPath(entry.path).name
  c.base.set({ id, parent, name, kind, executable, object, mtimeMs: mtimeOf(entry), stamp })
  return true
}

function holds({ current, losers, kept }: ReturnType<ReadModel['versions']>, object: ObjectId): boolean {
  return [...(current === undefined ? [] : [current]), ...losers, ...kept].some((content) => content.object === object)
}

/**
 * Files that this disk and the vault hold differently without either having seen the other: each becomes one of the contents of one
 * file, in conflict, as if two devices had written it at once; also where it is a content of a conflict already.
 */
async function differing(
  c: StepContext,
  compares: Plan['compares']
): Promise<{ id: FileId; expected: ObjectId; entry: DiskEntry }[]> {
  const found: { id: FileId; expected: ObjectId; entry: DiskEntry }[] = []
  for (const { id, entry } of compares) {
    const node = c.vault.index.tree.node(id)
    const content = node?.content
    if (content === undefined || content.kind === 'folder') continue
    try {
      if (!(await isSameContent(c.root, entry, deviceOf(c, entry), c.vault, content, c.signal)))
        found.push({ id, expected: content.object, entry })
    } catch (error) {
      if (isHoldfastError(error, 'ABORTED')) throw error
      if (!isForLater(error)) c.failed(entry.path, codeOf(error))
    }
  }
  return found
}

/** A file that was only touched, or made executable, is not sealed again: its record alone says it. */
async function onlyNewContent(
  c: StepContext,
  edits: Plan['edits']
): Promise<{ changed: Plan['edits'][number][]; done: number }> {
  const changed: Plan['edits'][number][] = []
  let done = 0
  for (const edit of edits) {
    const { id, entry, expected } = edit
    const content = c.vault.index.tree.node(id)?.content
    if (content === undefined || content.kind === 'folder' || content.object !== expected) continue // looked at anew
    if (!(await isSame(c, entry, content))) {
      changed.push(edit)
      continue
    }
    const kind =
      entry.kind === 'link' ? ('link' as const) : entry.executable ? ('executable' as const) : ('file' as const)
    const mtimeMs = mtimeOf(entry)
    if (kind !== content.kind || mtimeMs !== content.mtimeMs)
      await c.vault.edit(() => {
        const now = c.vault.index.tree.node(id)
        if (now?.content === undefined || now.content.kind === 'folder' || now.content.object !== expected) return []
        return replaceContent(c.vault.index.tree, id, { ...now.content, kind, mtimeMs })
      })
    const row = c.base.rows.get(id)
    if (row !== undefined) c.base.set({ ...row, executable: entry.executable, mtimeMs, stamp: entry.stamp })
    done++
  }
  return { changed, done }
}

async function isSame(c: StepContext, entry: DiskEntry, content: FileContent): Promise<boolean> {
  try {
    if (entry.kind === 'file' && BigInt(content.size) !== entry.stamp.size) return false
    const holds = entry.kind === 'file' ? await c.holds(content, entry) : undefined
    if (holds !== undefined) return holds
    if (!c.isHere(content)) return false
    return await isSameContent(c.root, entry, deviceOf(c, entry), c.vault, content, c.signal)
  } catch (error) {
    if (isHoldfastError(error, 'ABORTED')) throw error
    return false // sealing it will say so, if it is the file that cannot be read
  }
}

async function* itemsOf(c: StepContext, entries: ReadonlyMap<string, { entry: DiskEntry }>): AsyncGenerator<AddItem> {
  for (const { entry } of entries.values()) {
    const item = unlessChanged(() => itemOf(c, entry))
    if (item !== undefined) yield item
  }
}

/** Its folder is gone or a link by now: looked at again in the next pass, and the others are told. */
function unlessChanged<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (isHoldfastError(error) ? error.code !== 'OUTSIDE_TARGET' : (error as NodeJS.ErrnoException).code === undefined)
      throw error
    return undefined
  }
}

/** Undefined for what is not as it was when it was looked at. */
function itemOf(c: StepContext, entry: DiskEntry): AddItem | undefined {
  const path = entry.path.split('/')
  const mtimeMs = mtimeOf(entry)
  if (entry.kind === 'folder') return { kind: 'folder', path, mtimeMs }
  const now = lookAt(c.root, entry.path)
  if (now === undefined || !isSameStamp(now.stamp, entry.stamp)) return undefined
  if (entry.kind === 'link') return { kind: 'link', path, mtimeMs, target: linkText(c.root, entry.path) }
  const file = fileToRead(c.root, entry, deviceOf(c, entry))
  const { sealer } = c
  return {
    kind: 'file',
    path,
    mtimeMs,
    executable: entry.executable,
    sizeBytes: file.stamp.sizeBytes,
    content: {
      sizeBytes: file.stamp.sizeBytes,
      async *bytes() {
        yield* readStamped(file.path, file.stamp)
      },
      ...(sealer !== undefined && {
        sealedChunks: (keys) => sealer.sealFile(file, keys),
        sealedInline: (kind, place) => sealer.sealSmall(file, kind, place)
      })
    }
  }
}

/** Through the folders' handles: what is read later has to be the file that was looked at, wherever a link may lead by then. */
export function deviceOf({ root }: Pick<StepContext, 'root'>, { path, stamp }: DiskEntry): bigint {
  const { parent, name } = splitPath(path)
  const status = lstatSync(root.at(parent, name), { bigint: true })
  return isSameStamp(stampOf(status), stamp) ? status.dev : -1n
}

export function mtimeOf({ stamp }: DiskEntry): number {
  return Number(stamp.mtimeNs / 1_000_000n)
}

function inVault({ vaultRoot }: StepContext, parent: Parent): FileId | null {
  return parent ?? vaultRoot
}

/** Done in a later pass: it was changed while it was read, or waits for something else. */
const LATER: ReadonlySet<ErrorCode> = new Set(['FILE_CHANGED', 'EXISTS', 'NOT_A_FOLDER'])
