import { rmdirSync } from 'node:fs'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { FileId } from '@holdfast/core/base/ids'
import { conflictName } from '@holdfast/core/index/conflict'
import { withSuffix } from '@holdfast/core/index/names'
import type { FileContent } from '@holdfast/core/index/records'
import { assertStaysInside, codeOf } from './disk-errors.ts'
import type { Plan } from './plan.ts'
import { isForLater, isSameContent } from './same-content.ts'
import { lookAt } from './scan.ts'
import { Stage, syncFolders, touch } from './stage.ts'
import { writeStaged } from './staged-writes.ts'
import type { WithBytes } from './staged-writes.ts'
import { makeFolders, moveTo, place, takeToTrash } from './take.ts'
import type { Moments } from './take.ts'
import { isSameFile, isSameStamp, splitPath } from './trees.ts'
import type { BaseRow, DiskEntry, Parent } from './trees.ts'
import { deviceOf, mtimeOf } from './vault-steps.ts'
import type { StepContext } from './vault-steps.ts'
import { entryOf } from './vault-view.ts'
import type { Ready } from './write-groups.ts'

export interface DiskContext extends StepContext {
  /** What this device is called: hostile text. */
  readonly deviceName: string
  /** The folder of the trash for what is taken now. */
  readonly day: string
  readonly moments?: Moments
  /** Whether what this disk has done can be told to the vault. */
  readonly mayTell: boolean
  /** Told of each folder in which something was changed here. */
  changed(folder: string): void
}

/** What the vault says, done on this disk: nothing is replaced or taken that is not exactly what was last in step. */
export class DiskSteps {
  readonly #c: DiskContext
  readonly #pathOf: Map<FileId, string>
  readonly #stage: Stage
  /** Folders whose names have to become durable. */
  readonly #toSync = new Set<string>()
  /** What was moved with its folder, in this pass. */
  readonly #moved: { from: string; to: string }[] = []
  /** What went to a name of its own for a moment. */
  readonly #aside = new Set<FileId>()
  #done = 0
  readonly #written = { files: 0, bytes: 0 }

  constructor(context: DiskContext, pathOf: Map<FileId, string>) {
    this.#c = context
    this.#pathOf = pathOf
    this.#stage = new Stage(context.root)
  }

  /** Returns how much was done. */
  async run(steps: Plan): Promise<number> {
    for (const { id, entry } of steps.notes) this.#note(id, entry)
    for (const id of steps.drops) this.#c.base.delete(id)
    this.#done += steps.notes.length + steps.drops.length
    for (const one of steps.compares) await this.#try(one.entry.path, () => this.#compare(one))
    for (const entry of steps.asides) await this.#try(entry.path, () => this.#setAside(entry))
    for (const { id, entry } of steps.trashes) await this.#try(entry.path, () => this.#trash(id, entry))
    await this.#placeAll(steps)
    for (const { id, entry } of steps.folderRemovals) await this.#try(entry.path, () => this.#removeFolder(id, entry))
    for (const { id, entry } of steps.touches) await this.#try(entry.path, () => this.#touch(id, this.#now(entry)))
    await this.#settle()
    await this.#writeAll(steps.writes)
    return this.#done
  }

  close(): void {
    this.#stage.close()
  }

  /** One thing that cannot be done does not keep the others from it. */
  async #try(path: string, work: () => void | Promise<void>): Promise<void> {
    try {
      await work()
      this.#done++
      this.#c.moments?.between?.()
    } catch (error) {
      if (isForLater(error)) return
      this.#c.failed(path, codeOf(error))
    }
  }

  async #settle(): Promise<void> {
    await syncFolders(this.#c.root, this.#toSync)
    this.#toSync.clear()
    await this.#c.base.write()
  }

  #changed(path: string): void {
    const { parent } = splitPath(path)
    this.#toSync.add(parent)
    this.#c.changed(parent)
  }

  /** Where something that was looked at stands now. */
  #now(entry: DiskEntry): DiskEntry {
    let { path } = entry
    for (const { from, to } of this.#moved) if (path.startsWith(`${from}/`)) path = to + path.slice(from.length)
    return path === entry.path ? entry : { ...entry, path }
  }

  #rowOf(id: FileId, entry: DiskEntry): BaseRow | undefined {
    const node = this.#c.vault.index.tree.node(id)
    if (node === undefined) return undefined
    const there = entryOf(node, this.#c.vaultRoot)
    return { ...there, kind: entry.kind, name: splitPath(entry.path).name, stamp: entry.stamp }
  }

  /** Only where it stands: what it holds is for others to say. */
  #note(id: FileId, entry: DiskEntry): void {
    const row = this.#rowOf(id, entry)
    const before = this.#c.base.rows.get(id)
    if (row === undefined) return
    this.#c.base.set(before === undefined ? row : { ...before, parent: row.parent, name: row.name })
  }

  /** What differs was told to the vault, as one of two contents in conflict. Where that cannot be, it is set aside. */
  async #compare({ id, entry }: Plan['compares'][number]): Promise<void> {
    const { root, vault, signal, base, mayTell } = this.#c
    const node = vault.index.tree.node(id)
    const content = this.#contentOf(id)
    if (node === undefined || content === undefined) return
    if (await isSameContent(root, entry, deviceOf(this.#c, entry), vault, content, signal))
      return this.#touch(id, entry)
    if (mayTell) throw new HoldfastError('FILE_CHANGED') // since: in the next pass
    base.delete(id) // or by its inode it would be the same file, renamed
    this.#setAside(entry)
  }

  /** Beside, under a name that says what happened: from there it goes into the vault like every new file. */
  #setAside(entry: DiskEntry): void {
    const { root, deviceName } = this.#c
    const { parent, name } = splitPath(entry.path)
    const wanted = conflictName(name, deviceName, mtimeOf(entry), '' as FileId)
    for (let number = 1; ; number++) {
      const free = number === 1 ? wanted : withSuffix(wanted, ` (${number})`)
      const to = parent === '' ? free : `${parent}/${free}`
      if (lookAt(root, to) !== undefined) continue
      moveTo(root, entry.path, to, entry.kind === 'folder')
      this.#changed(entry.path)
      return
    }
  }

  #trash(id: FileId, entry: DiskEntry): void {
    this.#toSync.add(splitPath(takeToTrash(this.#c.root, entry, this.#c.day, this.#c.moments)).parent)
    this.#changed(entry.path)
    this.#c.base.delete(id)
  }

  /** What is in it is not the vault's to delete: then it stays. */
  #removeFolder(id: FileId, entry: DiskEntry): void {
    const { path } = this.#now(entry)
    const { parent, name } = splitPath(path)
    this.#c.root.forget()
    rmdirSync(this.#c.root.at(parent, name))
    this.#c.root.forget()
    this.#changed(path)
    this.#c.base.delete(id)
  }

  #touch(id: FileId, entry: DiskEntry): void {
    const content = this.#contentOf(id)
    const now = lookAt(this.#c.root, entry.path)
    if (content === undefined || now === undefined || !isSameStamp(now.stamp, entry.stamp)) return
    const { parent, name } = splitPath(entry.path)
    const isExecutable = content.kind === 'executable'
    if (mtimeOf(now) !== content.mtimeMs || now.executable !== isExecutable)
      touch(this.#c.root.at(parent, name), content.kind === 'link' ? 'link' : 'file', isExecutable, content.mtimeMs)
    const after = lookAt(this.#c.root, entry.path)
    if (after === undefined || after.stamp.inode !== entry.stamp.inode) return
    const row = this.#rowOf(id, { ...after, path: entry.path })
    if (row !== undefined) this.#c.base.set({ ...row, executable: after.executable })
    this.#c.changed(parent)
  }

  /** Folders and moves from the top down; what is in each other's way goes round. */
  async #placeAll({ makes, renames }: Plan): Promise<void> {
    let waiting = [...makes.map((one) => ({ ...one, entry: undefined as DiskEntry | undefined })), ...renames]
    for (let isStuck = false; waiting.length > 0; ) {
      const left: typeof waiting = []
      for (const one of waiting) {
        const isDone = await this.#placeOne(one).catch((error: unknown) => {
          if (!isForLater(error)) this.#c.failed(one.name, codeOf(error))
          return true
        })
        if (!isDone) left.push(one)
      }
      if (left.length < waiting.length) isStuck = false
      else if (isStuck) return
      else isStuck = !this.#stepAside(left)
      waiting = left
    }
  }

  /** False while its folder is not there, or something is in its place. */
  async #placeOne(one: { id: FileId; parent: Parent; name: string; entry: DiskEntry | undefined }): Promise<boolean> {
    const to = this.#placeOf(one.parent, one.name)
    if (to === undefined) return false
    const { root } = this.#c
    if (one.entry === undefined) {
      if (lookAt(root, to) !== undefined) return true // it came meanwhile: looked at in the next pass
      makeFolders(root, to)
    } else {
      const entry = this.#now(one.entry)
      const at = this.#pathOf.get(one.id) ?? entry.path
      const there = lookAt(root, at)
      if (there === undefined || there.stamp.inode !== entry.stamp.inode) return true
      if (lookAt(root, to) !== undefined) return false
      moveTo(root, at, to, entry.kind === 'folder')
      this.#changed(at)
      if (entry.kind === 'folder') this.#hasMoved(at, to)
    }
    this.#pathOf.set(one.id, to)
    this.#changed(to)
    this.#noteMoved(one.id, to)
    this.#done++
    return true
  }

  #noteMoved(id: FileId, to: string): void {
    const entry = lookAt(this.#c.root, to)
    const before = this.#c.base.rows.get(id)
    const row = entry === undefined ? undefined : this.#rowOf(id, entry)
    if (entry === undefined || row === undefined) return
    // A rename changes the time of the last change, and nothing else: whether it was edited before stays to be seen.
    const stamp = before !== undefined && !isSameFile(before.stamp, entry.stamp) ? before.stamp : entry.stamp
    this.#c.base.set(before === undefined ? row : { ...before, parent: row.parent, name: row.name, stamp })
  }

  /** One of a circle of names goes to a name of its own for a moment: a kill then leaves a file that was renamed. */
  #stepAside(waiting: readonly { id: FileId; entry: DiskEntry | undefined }[]): boolean {
    const one = waiting.find(({ id, entry }) => entry !== undefined && !this.#aside.has(id))
    if (one?.entry === undefined) return false
    this.#aside.add(one.id)
    const entry = this.#now(one.entry)
    const at = this.#pathOf.get(one.id) ?? entry.path
    const { parent, name } = splitPath(at)
    const free = withSuffix(name, ' (being renamed)')
    const to = parent === '' ? free : `${parent}/${free}`
    try {
      if (lookAt(this.#c.root, to) !== undefined) return false
      moveTo(this.#c.root, at, to, entry.kind === 'folder')
    } catch {
      return false
    }
    if (entry.kind === 'folder') this.#hasMoved(at, to)
    this.#pathOf.set(one.id, to)
    this.#changed(to)
    return true
  }

  #hasMoved(from: string, to: string): void {
    this.#moved.push({ from, to })
    for (const [id, path] of this.#pathOf)
      if (path.startsWith(`${from}/`)) this.#pathOf.set(id, to + path.slice(from.length))
  }

  #placeOf(parent: Parent, name: string): string | undefined {
    const folder = parent === null ? '' : this.#pathOf.get(parent)
    if (folder === undefined) return undefined
    return folder === '' ? name : `${folder}/${name}`
  }

  /** What is not here comes by itself. */
  async #writeAll(writes: Plan['writes']): Promise<void> {
    const ready: Ready[] = []
    for (const write of writes) {
      const content = this.#contentOf(write.id)
      if (content !== undefined && this.#c.isHere(content)) ready.push({ write, content })
    }
    const { signal } = this.#c
    await writeStaged(ready, { signal, stage: (one) => this.#stageOne(one), put: (group) => this.#putGroup(group) })
  }

  async #putGroup(group: readonly WithBytes[]): Promise<void> {
    if (group.length === 0) return
    for (const one of group) await this.#try(this.#pathOfWrite(one.write) ?? '', () => this.#put(one))
    await this.#settle()
  }

  async #stageOne({ write, content }: Ready): Promise<string | undefined> {
    const path = this.#pathOfWrite(write)
    if (path === undefined) return undefined
    try {
      this.#c.moments?.beforeWrite?.(path)
      return await this.#stage.write(this.#c.vault, content, this.#c.signal, write.replaces && path)
    } catch (error) {
      if (!isForLater(error)) this.#c.failed(path, codeOf(error))
      return undefined
    }
  }

  #pathOfWrite({ id, replaces }: Plan['writes'][number]): string | undefined {
    if (replaces !== undefined) return this.#pathOf.get(id) ?? this.#now(replaces).path
    const node = this.#c.vault.index.tree.node(id)
    if (node === undefined) return undefined
    const { parent, name } = entryOf(node, this.#c.vaultRoot)
    return this.#placeOf(parent, name)
  }

  async #put({ write, content, staged }: WithBytes): Promise<void> {
    const { root, moments, day } = this.#c
    let isPlaced = false
    const { id, replaces } = write
    const path = this.#pathOfWrite(write)
    try {
      if (path === undefined || this.#contentOf(id)?.object !== content.object) return
      if (content.kind === 'link') await assertStaysInside(this.#c.vault, content, path)
      const { parent, name } = splitPath(path)
      if (replaces !== undefined) {
        const row = this.#c.base.rows.get(id)
        // As it was last in step; a rename in this very pass has changed its times.
        const expected = { ...replaces, path, stamp: row?.stamp ?? replaces.stamp }
        this.#toSync.add(splitPath(takeToTrash(root, expected, day, moments)).parent)
      }
      place(this.#stage.at(staged), root.at(parent, name))
      isPlaced = true
      moments?.between?.()
      const entry = lookAt(root, path)
      const row = entry === undefined ? undefined : this.#rowOf(id, entry)
      this.#changed(path)
      this.#tellWritten(path, content)
      if (entry === undefined || row === undefined) return
      this.#c.base.set({ ...row, kind: content.kind === 'link' ? 'link' : 'file', executable: entry.executable })
    } finally {
      if (!isPlaced) this.#stage.drop(staged)
    }
  }

  #tellWritten(path: string, { size }: FileContent): void {
    this.#written.files++
    this.#written.bytes += size
    this.#c.progress?.({ step: 'writing', path, ...this.#written })
  }

  #contentOf(id: FileId): FileContent | undefined {
    const content = this.#c.vault.index.tree.node(id)?.content
    return content === undefined || content.kind === 'folder' ? undefined : content
  }
}
