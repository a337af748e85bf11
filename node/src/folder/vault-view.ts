import type { FileId } from '@holdfast/core/base/ids'
import type { Node } from '@holdfast/core/index/listing'
import type { ReadModel } from '@holdfast/core/index/read-model'
import { isOwnName } from './own-names.ts'
import type { Parent, VaultEntry } from './trees.ts'

/**
 * What a vault shows below a folder, by the names it shows: valid on every system and none twice in a folder. Brought up to date
 * folder by folder: a listing that is the same list as before has nothing new.
 */
export class VaultView {
  readonly entries = new Map<FileId, VaultEntry>()
  #folders = new Map<Parent, Shown>()

  /** Returns the files of which something has changed. `isLeftOut`: with all below it, as what is mounted there. */
  update(tree: ReadModel, root: FileId | null, isLeftOut: (folder: FileId) => boolean): ReadonlySet<FileId> {
    const before = this.#folders
    const now = new Map<Parent, Shown>()
    const waiting: Parent[] = [null]
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      const nodes = tree.list(folder ?? root)
      const known = before.get(folder)
      const left = nodes.filter(({ id, kind }) => kind === 'folder' && isLeftOut(id))
      const isKnown = known?.nodes === nodes && left.length === 0 && !known.hasLeft
      const shown = isKnown ? known : shownOf(nodes, left, folder, root)
      now.set(folder, shown)
      for (const { id, kind } of shown.entries) if (kind === 'folder') waiting.push(id)
    }
    this.#folders = now
    return this.#replace(before, now)
  }

  /** Names in the root that are this program's own: a marker, something to restore, half a file, put there by somebody. Left out. */
  get refused(): readonly string[] {
    return this.#folders.get(null)?.refused ?? []
  }

  children(folder: Parent): readonly VaultEntry[] {
    return this.#folders.get(folder)?.entries ?? []
  }

  /** By the very name that is shown. */
  at(folder: Parent, name: string): VaultEntry | undefined {
    const shown = this.#folders.get(folder)
    return shown === undefined
      ? undefined
      : (shown.byName ??= new Map(shown.entries.map((one) => [one.name, one]))).get(name)
  }

  /** By the names of what it stands in. */
  pathOf({ parent, name }: VaultEntry): string {
    const names = [name]
    for (let at = parent; at !== null; ) {
      const above = this.entries.get(at)
      if (above === undefined) break
      names.push(above.name)
      at = above.parent
    }
    return names.reverse().join('/')
  }

  #replace(before: ReadonlyMap<Parent, Shown>, now: ReadonlyMap<Parent, Shown>): Set<FileId> {
    const was = new Map<FileId, VaultEntry>()
    for (const [folder, shown] of before) {
      if (now.get(folder) === shown) continue
      for (const entry of shown.entries) {
        was.set(entry.id, entry)
        this.entries.delete(entry.id)
      }
    }
    const changed = new Set<FileId>()
    for (const [folder, shown] of now) {
      if (before.get(folder) === shown) continue
      for (const entry of shown.entries) {
        this.entries.set(entry.id, entry)
        const old = was.get(entry.id)
        was.delete(entry.id)
        if (old === undefined || !isSameEntry(old, entry)) changed.add(entry.id)
      }
    }
    for (const id of was.keys()) changed.add(id)
    return changed
  }
}

interface Shown {
  readonly nodes: readonly Node[]
  readonly entries: readonly VaultEntry[]
  /** Whether something of it is left out. */
  readonly hasLeft: boolean
  readonly refused: readonly string[]
  byName: Map<string, VaultEntry> | undefined
}

function shownOf(nodes: readonly Node[], left: readonly Node[], folder: Parent, root: FileId | null): Shown {
  const refused = folder === null ? nodes.filter(({ name }) => isOwnName(name)) : []
  const without = new Set([...left, ...refused])
  const shown = without.size === 0 ? nodes : nodes.filter((node) => !without.has(node))
  return {
    nodes,
    entries: shown.map((node) => entryOf(node, root)),
    hasLeft: left.length > 0,
    refused: refused.map(({ name }) => name),
    byName: undefined
  }
}

export function entryOf(node: Node, root: FileId | null): VaultEntry {
  const { content } = node
  const file = content === undefined || content.kind === 'folder' ? undefined : content
  return {
    id: node.id,
    parent: node.folder === root ? null : node.folder,
    name: node.name,
    kind: node.kind === 'executable' ? 'file' : node.kind,
    executable: node.kind === 'executable',
    object: file?.object,
    sizeBytes: file?.size ?? 0,
    mtimeMs: file?.mtimeMs ?? 0
  }
}

function isSameEntry(one: VaultEntry, other: VaultEntry): boolean {
  return (
    one.parent === other.parent &&
    one.name === other.name &&
    one.kind === other.kind &&
    one.executable === other.executable &&
    one.object === other.object &&
    one.mtimeMs === other.mtimeMs
  )
}

/** Whether a vault shows something at a path of the disk. */
export function standsInVault(tree: ReadModel, root: FileId | null, path: string): boolean {
  let at = root
  for (const name of path.split('/')) {
    const node = tree.resolveIn(at, name)
    if (node === undefined) return false
    at = node.id
  }
  return true
}
