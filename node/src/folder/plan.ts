import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import { withSuffix } from '@holdfast/core/index/names'
import { matchDisk } from './match.ts'
import type { Matched } from './match.ts'
import { isDoubtful, isSameStamp, placeKey, splitPath } from './trees.ts'
import type { BaseRow, DiskEntry, Parent, VaultEntry } from './trees.ts'

/** Three trees: what the disk has, what the vault says, and what was last in step. Folders come before what is in them. */
export interface Trees {
  readonly disk: ReadonlyMap<string, DiskEntry>
  readonly vault: ReadonlyMap<FileId, VaultEntry>
  readonly base: ReadonlyMap<FileId, BaseRow>
  /** What cannot be seen now, or is not to be: ignored, unreadable, still being written, and all below it. Nothing is done to it. */
  isHeld(path: string): boolean
  newFileId(parent: Parent, name: string): FileId
  newFolderId(parent: Parent, name: string): FileId
}

export interface NewItem {
  readonly id: FileId
  readonly parent: Parent
  readonly name: string
  readonly entry: DiskEntry
}

export interface Move {
  readonly id: FileId
  readonly parent: Parent
  readonly name: string
}

/** What has to be done so that all three agree. Every list is in an order in which it can be done. */
export interface Plan {
  /** In the vault. */
  readonly moves: Move[]
  readonly removes: { readonly id: FileId; readonly object: ObjectId | undefined }[]
  readonly newFolders: NewItem[]
  readonly newFiles: NewItem[]
  /** `expected`: what the vault has to hold still. */
  readonly edits: { readonly id: FileId; readonly expected: ObjectId | undefined; readonly entry: DiskEntry }[]
  /** On the disk. */
  readonly asides: DiskEntry[]
  readonly trashes: { readonly id: FileId; readonly entry: DiskEntry }[]
  readonly folderRemovals: { readonly id: FileId; readonly entry: DiskEntry }[]
  readonly renames: (Move & { readonly entry: DiskEntry })[]
  readonly makes: Move[]
  /** `replaces`: what stands there and may be replaced. */
  readonly writes: { readonly id: FileId; readonly replaces: DiskEntry | undefined }[]
  /** Same bytes, other time or executable bit. */
  readonly touches: { readonly id: FileId; readonly entry: DiskEntry }[]
  /** Both sides have it and nobody knows whether it is the same: to be compared; what differs is a conflict. */
  readonly compares: { readonly id: FileId; readonly entry: DiskEntry }[]
  /**
   * Changed by what the system says of them, deleted or changed in the vault too, and as long as they were: first it has to be seen
   * whether they hold something else, then everything is planned anew.
   */
  readonly doubts: { readonly id: FileId; readonly entry: DiskEntry }[]
  /** The base alone. */
  readonly notes: { readonly id: FileId; readonly entry: DiskEntry }[]
  readonly drops: FileId[]
}

/** A pure function: the same trees give the same steps (but for the ids of what is new). `pathOf`: where each file stands on the disk. */
export function plan(trees: Trees): { steps: Plan; pathOf: Map<FileId, string> } {
  return new Planner(trees).run()
}

export function isEmpty(steps: Plan): boolean {
  return Object.values(steps).every((list) => (list as unknown[]).length === 0)
}

class Planner {
  readonly #t: Trees
  readonly #m: Matched
  /** Of everything on the disk, by path: its own id, the one it is adopted under, or a new one. */
  readonly #idOf: Map<string, FileId>
  readonly #vaultAt: ReadonlyMap<string, VaultEntry>
  readonly #children = new Map<Parent, VaultEntry[]>()
  readonly #removable = new Map<FileId, boolean>()
  readonly #lively = new Set<string>()
  readonly #asideBelow: string[] = []
  readonly #steps: Plan = {
    moves: [],
    removes: [],
    newFolders: [],
    newFiles: [],
    edits: [],
    asides: [],
    trashes: [],
    folderRemovals: [],
    renames: [],
    makes: [],
    writes: [],
    touches: [],
    compares: [],
    doubts: [],
    notes: [],
    drops: []
  }

  constructor(trees: Trees) {
    this.#t = trees
    this.#m = matchDisk(trees.disk, trees.base)
    this.#idOf = new Map(this.#m.idOf)
    this.#vaultAt = new Map([...trees.vault.values()].map((entry) => [placeKey(entry.parent, entry.name), entry]))
    for (const entry of trees.vault.values()) {
      const beside = this.#children.get(entry.parent)
      if (beside === undefined) this.#children.set(entry.parent, [entry])
      else beside.push(entry)
    }
  }

  run(): { steps: Plan; pathOf: Map<FileId, string> } {
    this.#findLively()
    for (const entry of this.#t.disk.values()) this.#onDisk(entry)
    for (const entry of this.#inOrder()) if (!this.#isOnDisk(entry.id)) this.#notOnDisk(entry)
    for (const row of this.#t.base.values())
      if (!this.#t.vault.has(row.id) && !this.#m.diskOf.has(row.id) && !this.#t.isHeld(this.#basePath(row)))
        this.#steps.drops.push(row.id)
    this.#steps.folderRemovals.reverse() // the deepest first
    return { steps: this.#steps, pathOf: new Map([...this.#idOf].map(([path, id]) => [id, path])) }
  }

  /** Folders on the disk that hold something the vault has not seen: they have to live, whatever the vault says. */
  #findLively(): void {
    for (const entry of this.#t.disk.values()) {
      const id = this.#m.idOf.get(entry.path)
      const row = id === undefined ? undefined : this.#t.base.get(id)
      const isNews = row === undefined || (row.kind !== 'folder' && this.#hasChanged(entry, row))
      if (!isNews && !this.#hasMoved(entry, row)) continue
      for (let at = splitPath(entry.path).parent; at !== '' && !this.#lively.has(at); at = splitPath(at).parent)
        this.#lively.add(at)
    }
  }

  #onDisk(entry: DiskEntry): void {
    if (this.#asideBelow.some((folder) => entry.path.startsWith(folder))) return // it is looked at under its new name
    const id = this.#m.idOf.get(entry.path)
    const row = id === undefined ? undefined : this.#t.base.get(id)
    const there = id === undefined ? undefined : this.#t.vault.get(id)
    if (row === undefined) this.#unknown(entry)
    else if (there === undefined) this.#deletedInVault(entry, row)
    else this.#known(entry, row, there)
  }

  /** Was in step, is on the disk and in the vault. */
  #known(entry: DiskEntry, row: BaseRow, there: VaultEntry): void {
    if (!this.#place(entry, row, there) || row.kind === 'folder') return
    const hasNews = there.object !== row.object || there.executable !== row.executable || there.mtimeMs !== row.mtimeMs
    const hasChanged = this.#hasChanged(entry, row)
    if (there.kind === 'folder' || there.kind !== row.kind) {
      if (hasChanged && there.kind !== 'folder') this.#steps.compares.push({ id: row.id, entry })
      else if (hasChanged) {
        this.#steps.drops.push(row.id) // or by its inode it would be the same file, renamed
        this.#setAside(entry)
      } else this.#steps.writes.push({ id: row.id, replaces: entry })
    } else if (hasNews && isDoubtful(entry, row)) this.#steps.doubts.push({ id: row.id, entry })
    else if (hasNews && hasChanged) this.#steps.compares.push({ id: row.id, entry })
    else if (hasChanged) this.#steps.edits.push({ id: row.id, expected: row.object, entry })
    else if (hasNews && there.object === row.object) this.#steps.touches.push({ id: row.id, entry })
    else if (hasNews) this.#steps.writes.push({ id: row.id, replaces: entry })
  }

  /** False when it is set aside. Moved on both sides, the vault's place is taken: one move fewer for everybody else. */
  #place(entry: DiskEntry, row: BaseRow, there: VaultEntry): boolean {
    const at = this.#placeOf(entry.path)
    const isAt = at.parent === there.parent && at.name === there.name
    const vaultMoved = there.parent !== row.parent || there.name !== row.name
    if (isAt) {
      if (vaultMoved) this.#steps.notes.push({ id: row.id, entry })
      return true
    }
    if (vaultMoved || this.#isWithin(at.parent, row.id)) {
      this.#steps.renames.push({ id: row.id, parent: there.parent, name: there.name, entry })
      return true
    }
    const other = this.#vaultAt.get(placeKey(at.parent, at.name))
    if (other !== undefined && !this.#leaves(other)) {
      this.#setAside(entry)
      return false
    }
    if (this.#standsInItsWay(entry, there)) {
      this.#steps.moves.push({ id: row.id, parent: there.parent, name: withSuffix(there.name, ' (being renamed)') })
      return true
    }
    this.#steps.moves.push({ id: row.id, ...at })
    return true
  }

  /** It lies in a new folder that has its old name: the vault gets that folder only when the file is out of the way. */
  #standsInItsWay(entry: DiskEntry, there: VaultEntry): boolean {
    for (let path = splitPath(entry.path).parent; path !== ''; path = splitPath(path).parent) {
      const at = this.#placeOf(path)
      if (at.parent === there.parent && at.name === there.name) return !this.#m.idOf.has(path)
    }
    return false
  }

  #deletedInVault(entry: DiskEntry, row: BaseRow): void {
    const isFolder = row.kind === 'folder'
    if (isDoubtful(entry, row)) return void this.#steps.doubts.push({ id: row.id, entry })
    const isTouched = isFolder ? this.#lively.has(entry.path) : this.#hasChanged(entry, row)
    const isMoved = this.#hasMoved(entry, row) || this.#isBelowMoved(entry.path)
    if (isTouched || isMoved) {
      this.#steps.drops.push(row.id)
      this.#add(entry)
    } else if (isFolder) this.#steps.folderRemovals.push({ id: row.id, entry })
    else this.#steps.trashes.push({ id: row.id, entry })
  }

  /** On the disk and never in step. */
  #unknown(entry: DiskEntry): void {
    const at = this.#placeOf(entry.path)
    const there = this.#vaultAt.get(placeKey(at.parent, at.name))
    if (there === undefined || this.#leaves(there)) return this.#add(entry)
    const isOneFolder = there.kind === 'folder' && entry.kind === 'folder'
    if (this.#t.base.has(there.id) || (!isOneFolder && (there.kind === 'folder' || entry.kind === 'folder')))
      return this.#setAside(entry)
    this.#idOf.set(entry.path, there.id)
    if (entry.kind === 'folder') this.#steps.notes.push({ id: there.id, entry })
    else this.#steps.compares.push({ id: there.id, entry })
  }

  #add(entry: DiskEntry): void {
    const { parent, name } = this.#placeOf(entry.path)
    const id = entry.kind === 'folder' ? this.#t.newFolderId(parent, name) : this.#t.newFileId(parent, name)
    this.#idOf.set(entry.path, id)
    const item = { id, parent, name, entry }
    if (entry.kind === 'folder') this.#steps.newFolders.push(item)
    else this.#steps.newFiles.push(item)
  }

  #setAside(entry: DiskEntry): void {
    this.#steps.asides.push(entry)
    this.#asideBelow.push(`${entry.path}/`)
  }

  /** In the vault and not on the disk. */
  #notOnDisk(there: VaultEntry): void {
    if (this.#isRemovable(there)) {
      this.#steps.removes.push({ id: there.id, object: there.object })
    } else if (!this.#isHidden(there)) {
      const { id, parent, name } = there
      if (there.kind === 'folder') this.#steps.makes.push({ id, parent, name })
      else this.#steps.writes.push({ id, replaces: undefined })
    }
  }

  /** Deleted on this disk as it was last in step: an edit made elsewhere wins over the deletion. */
  #isRemovable(there: VaultEntry): boolean {
    const known = this.#removable.get(there.id)
    if (known !== undefined) return known
    const row = this.#t.base.get(there.id)
    const isGone = row !== undefined && !this.#isOnDisk(there.id) && !this.#isHidden(there)
    const isRemovable =
      isGone &&
      (there.kind === 'folder'
        ? (this.#children.get(there.id) ?? []).every((child) => this.#isRemovable(child))
        : there.object === row.object)
    this.#removable.set(there.id, isRemovable)
    return isRemovable
  }

  /** Where it would be on the disk nothing can be seen. */
  #isHidden(there: VaultEntry): boolean {
    const row = this.#t.base.get(there.id)
    return this.#t.isHeld(this.#pathOf(there)) || (row !== undefined && this.#t.isHeld(this.#basePath(row)))
  }

  #isOnDisk(id: FileId): boolean {
    return this.#m.diskOf.has(id) || this.#adopted.has(id)
  }

  get #adopted(): ReadonlySet<FileId> {
    return (this.#adoptedIds ??= new Set(this.#idOf.values()))
  }
  #adoptedIds: ReadonlySet<FileId> | undefined

  /** Whether its place in the vault becomes free by what this disk has done. */
  #leaves(there: VaultEntry): boolean {
    const row = this.#t.base.get(there.id)
    if (row === undefined) return false
    const vaultMoved = there.parent !== row.parent || there.name !== row.name
    const entry = this.#m.diskOf.get(there.id)
    if (entry !== undefined) return !vaultMoved && this.#hasMoved(entry, row)
    if (there.kind === 'folder')
      return (this.#children.get(there.id) ?? []).every((child) => this.#leaves(child)) && !this.#isHidden(there)
    return there.object === row.object && !this.#isHidden(there)
  }

  #hasChanged(entry: DiskEntry, row: BaseRow): boolean {
    return !isSameStamp(entry.stamp, row.stamp) || entry.executable !== row.executable
  }

  #hasMoved(entry: DiskEntry, row: BaseRow): boolean {
    const { parent, name } = splitPath(entry.path)
    return name !== row.name || (parent === '' ? null : this.#m.idOf.get(parent)) !== row.parent
  }

  #isBelowMoved(path: string): boolean {
    for (let at = splitPath(path).parent; at !== ''; at = splitPath(at).parent) {
      const entry = this.#t.disk.get(at)
      const id = this.#m.idOf.get(at)
      const row = id === undefined ? undefined : this.#t.base.get(id)
      if (entry !== undefined && row !== undefined && this.#hasMoved(entry, row)) return true
    }
    return false
  }

  /** Whether the vault has `folder` below the file: moving the file there would close a circle. */
  #isWithin(folder: Parent, id: FileId): boolean {
    for (let at: Parent | undefined = folder; typeof at === 'string'; at = this.#t.vault.get(at)?.parent)
      if (at === id) return true
    return false
  }

  #placeOf(path: string): { parent: Parent; name: string } {
    const { parent, name } = splitPath(path)
    return { parent: parent === '' ? null : (this.#idOf.get(parent) ?? null), name }
  }

  #pathOf({ parent, name }: VaultEntry): string {
    const names = [name]
    for (let at = parent; at !== null; ) {
      const above = this.#t.vault.get(at)
      if (above === undefined) break
      names.push(above.name)
      at = above.parent
    }
    return names.reverse().join('/')
  }

  /** Where it would stand on the disk if only its folders were moved. */
  #basePath(row: BaseRow): string {
    const names = [row.name]
    for (let at = row.parent; at !== null; ) {
      const entry = this.#m.diskOf.get(at)
      if (entry !== undefined) return [entry.path, ...names.reverse()].join('/')
      const above = this.#t.base.get(at)
      if (above === undefined) break
      names.push(above.name)
      at = above.parent
    }
    return names.reverse().join('/')
  }

  /** Folders before what is in them. */
  *#inOrder(): Iterable<VaultEntry> {
    const waiting = [...(this.#children.get(null) ?? [])].reverse()
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      yield next
      const below = this.#children.get(next.id)
      if (below !== undefined) waiting.push(...[...below].reverse())
    }
  }
}
