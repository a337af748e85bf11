import type { FileId } from '@holdfast/core/base/ids'
import type { BaseRows } from '@holdfast/node/folder/base-rows'
import type { Plan } from '@holdfast/node/folder/plan'
import { splitPath } from '@holdfast/node/folder/trees'
import type { BaseRow, DiskEntry, Parent, VaultEntry } from '@holdfast/node/folder/trees'
import { entryOf } from '@holdfast/node/folder/vault-view'
import type { DeviceRun } from './device-run.ts'
import { heldBy } from './folder-disk.ts'
import type { SimFolder } from './folder.ts'

type Waiting = Plan['makes'][number] & { readonly entry?: DiskEntry }

/** What the vault says, done on the modelled disk step by step; `between` may end the process or let people go on. */
export class FolderDoes {
  readonly #folder: SimFolder
  readonly #run: DeviceRun
  readonly #base: BaseRows
  readonly #pathOf: Map<FileId, string>
  readonly #between: () => Promise<void>

  constructor(
    folder: SimFolder,
    parts: { run: DeviceRun; base: BaseRows; pathOf: Map<FileId, string>; between: () => Promise<void> }
  ) {
    this.#folder = folder
    this.#run = parts.run
    this.#base = parts.base
    this.#pathOf = parts.pathOf
    this.#between = parts.between
  }

  async do(steps: Plan): Promise<void> {
    await this.#notes(steps)
    await this.#compare(steps.compares)
    for (const { path } of steps.asides) if (this.#folder.disk.entries.has(path)) this.#folder.disk.setAside(path)
    await this.#trash(steps.trashes)
    await this.#place([...steps.makes, ...steps.renames])
    await this.#removeFolders(steps.folderRemovals)
    await this.#write(steps.writes)
    for (const { id, entry } of steps.touches) this.#touch(id, entry)
    await this.#base.write()
  }

  #vaultEntry(id: FileId): VaultEntry | undefined {
    const node = this.#run.vault.index.tree.node(id)
    return node === undefined ? undefined : entryOf(node, null)
  }

  /** Made durable before the next step, as the product does it in groups. */
  async #settled(row: BaseRow): Promise<void> {
    await this.#between()
    this.#base.set(row)
    await this.#base.write()
  }

  async #notes({ notes, drops }: Plan): Promise<void> {
    for (const { id, entry } of notes) {
      const there = this.#vaultEntry(id)
      const row = this.#base.rows.get(id)
      if (there !== undefined)
        await this.#settled({ ...(row ?? rowOf(there, entry)), parent: there.parent, name: there.name })
    }
    for (const id of drops) this.#base.delete(id)
  }

  async #compare(compares: Plan['compares']): Promise<void> {
    const { disk } = this.#folder
    for (const { id, entry } of compares) {
      const there = this.#vaultEntry(id)
      if (there === undefined || !disk.isStill(entry) || this.#base.rows.get(id)?.stamp === entry.stamp) continue
      const { content, conflictOf } = this.#run.vault.index.tree.node(id)!
      if (there.mtimeMs === heldBy(entry) && content?.kind !== 'folder')
        await this.#settled({ ...rowOf(there, entry), name: splitPath(entry.path).name })
      else if (conflictOf !== undefined) {
        this.#base.delete(id)
        disk.setAside(entry.path)
      }
    }
  }

  async #trash(trashes: Plan['trashes']): Promise<void> {
    for (const { id, entry } of trashes) {
      await this.#between()
      if (!this.#folder.disk.isStill(entry)) continue
      this.#folder.takes(entry)
      await this.#between()
      this.#base.delete(id)
    }
  }

  /** New folders and renames wait for each other; of those in each other's way one goes aside for a moment. */
  async #place(all: readonly Waiting[]): Promise<void> {
    const aside = new Set<FileId>()
    for (let waiting = [...all]; waiting.length > 0; ) {
      const left: Waiting[] = []
      for (const one of waiting) if (!(await this.#placeOne(one))) left.push(one)
      const stuck = left.length === waiting.length
      waiting = left
      if (!stuck) continue
      const one = waiting.find(({ id, entry }) => entry !== undefined && !aside.has(id))
      const at = one === undefined ? undefined : this.#pathOf.get(one.id)
      const now = at === undefined ? undefined : this.#folder.disk.entries.get(at)
      if (one === undefined || at === undefined || now?.stamp.inode !== one.entry!.stamp.inode) return
      aside.add(one.id)
      this.#rename(at, `${at} (being renamed)`)
    }
  }

  async #placeOne({ id, parent, name, entry }: Waiting): Promise<boolean> {
    await this.#between()
    const { disk } = this.#folder
    const to = this.#pathTo(parent, name)
    if (to === undefined || !disk.mayStand(to)) return false
    if (entry === undefined) disk.makeFolder(to)
    else {
      const at = this.#pathOf.get(id)
      const isThere = at !== undefined && disk.entries.get(at)?.stamp.inode === entry.stamp.inode
      if (!isThere || `${to}/`.startsWith(`${at}/`)) return false
      this.#rename(at, to)
    }
    this.#pathOf.set(id, to)
    const now = disk.entries.get(to)!
    await this.#between()
    const there = this.#vaultEntry(id)
    const row = this.#base.rows.get(id)
    if (there !== undefined) await this.#settled({ ...(row ?? rowOf(there, now)), parent, name })
    return true
  }

  #rename(from: string, to: string): void {
    this.#folder.disk.rename(from, to)
    for (const [id, path] of this.#pathOf)
      if (path === from || path.startsWith(`${from}/`)) this.#pathOf.set(id, to + path.slice(from.length))
  }

  async #removeFolders(removals: Plan['folderRemovals']): Promise<void> {
    for (const { id, entry } of removals) {
      await this.#between()
      const { disk } = this.#folder
      const at = this.#pathOf.get(id) ?? entry.path
      if (!disk.isEmpty(at) || disk.entries.get(at)?.kind !== 'folder') continue
      disk.entries.delete(at)
      await this.#between()
      this.#base.delete(id)
    }
  }

  async #write(writes: Plan['writes']): Promise<void> {
    const { disk } = this.#folder
    for (const { id, replaces } of writes) {
      await this.#between()
      const there = this.#vaultEntry(id)
      if (there?.object === undefined) continue
      const to =
        replaces === undefined ? this.#pathTo(there.parent, there.name) : (this.#pathOf.get(id) ?? replaces.path)
      if (to === undefined) continue
      const now = disk.entries.get(to)
      if (replaces === undefined ? now !== undefined : now?.stamp.mtimeNs !== replaces.stamp.mtimeNs) continue
      if (now !== undefined) this.#folder.takes(now)
      await this.#between()
      if (!disk.mayStand(to)) continue
      disk.write(to, there.mtimeMs, there.sizeBytes, { executable: there.executable })
      await this.#settled({ ...rowOf(there, disk.entries.get(to)!), name: splitPath(to).name })
    }
  }

  #touch(id: FileId, entry: DiskEntry): void {
    const { disk } = this.#folder
    const there = this.#vaultEntry(id)
    if (there === undefined || !disk.isStill(entry)) return
    disk.write(entry.path, there.mtimeMs, there.sizeBytes, {
      executable: there.executable,
      inode: entry.stamp.inode
    })
    this.#base.set({ ...rowOf(there, disk.entries.get(entry.path)!), name: splitPath(entry.path).name })
  }

  #pathTo(parent: Parent, name: string): string | undefined {
    const above = parent === null ? '' : this.#pathOf.get(parent)
    return above === undefined ? undefined : above === '' ? name : `${above}/${name}`
  }
}

function rowOf({ id, parent, name, mtimeMs, object }: VaultEntry, { kind, executable, stamp }: DiskEntry): BaseRow {
  return { id, parent, name, kind, executable, object, mtimeMs, stamp }
}
