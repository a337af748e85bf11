import assert from 'node:assert/strict'
import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import { isEmpty, plan } from '@holdfast/node/folder/plan'
import type { Plan, Trees } from '@holdfast/node/folder/plan'
import { placeKey, splitPath } from '@holdfast/node/folder/trees'
import type { BaseRow, DiskEntry, Parent, VaultEntry } from '@holdfast/node/folder/trees'
import { Rng } from '../sim/rng.ts'

const NAMES = ['a', 'b', 'c', 'x', 'y']

/**
 * The planner between disks in memory and one vault, with steps done one by one, so that people edit and processes die between any two
 * of them. What somebody wrote is there in the end, unless somebody whose disk showed it deleted or overwrote it; all show the same.
 */
export function runModel(seed: number, steps: number): void {
  const rng = new Rng(seed)
  const world = new World((most) => Math.floor((rng.next() / 2 ** 32) * most))
  for (let step = 0; step < steps; step++) {
    const disk = world.disks[world.random(world.disks.length)]!
    if (world.random(3) > 0) world.person(disk)
    else world.pass(disk, true)
  }
  for (let round = 0; round < 12; round++) for (const disk of world.disks) world.pass(disk, false)
  const [first, ...others] = world.disks.map((disk) => [...disk.entries.values()].map(world.shown).sort())
  for (const other of others) assert.deepEqual(other, first, `seed ${seed}: not equal`)
  const found = new Set([...world.disks[0]!.entries.values()].map(({ stamp }) => stamp.mtimeNs))
  for (const content of world.written)
    if (!world.discarded.has(content)) assert.ok(found.has(content), `seed ${seed}: ${content} is lost`)
  for (const disk of world.disks) assert.ok(isEmpty(world.planOf(disk).steps), `seed ${seed}: not at rest`)
}

class Died extends Error {}

interface Disk {
  entries: Map<string, DiskEntry>
  readonly base: Map<FileId, BaseRow>
}

/** The content of a file is a number: on disks its time, in the vault its object. */
class World {
  readonly disks: readonly Disk[] = [0, 1].map(() => ({ entries: new Map(), base: new Map() }))
  readonly vault = new Map<FileId, VaultEntry>()
  readonly written = new Set<bigint>()
  readonly discarded = new Set<bigint>()
  readonly random: (most: number) => number
  #number = 1n

  constructor(random: (most: number) => number) {
    this.random = random
  }

  shown({ path, kind, stamp }: DiskEntry): string {
    return kind === 'folder' ? path : `${path} ${stamp.mtimeNs}`
  }

  planOf({ entries, base }: Disk): ReturnType<typeof plan> {
    const disk = new Map([...entries].sort(([one], [other]) => (one < other ? -1 : 1)))
    const newFileId = (): FileId => `id ${this.#number++}` as FileId
    const trees: Trees = { disk, vault: this.vault, base, isHeld: () => false, newFileId, newFolderId: newFileId }
    return plan(trees)
  }

  /** A person at one of the disks does something. */
  person(disk: Disk): void {
    const all = [...disk.entries.keys()]
    const any = all[this.random(all.length)] ?? 'a'
    const folders = ['', ...all.filter((path) => disk.entries.get(path)?.kind === 'folder')]
    const into = folders[this.random(folders.length)]!
    const to = (into === '' ? '' : `${into}/`) + NAMES[this.random(NAMES.length)]!
    const there = disk.entries.get(to)
    const what = this.random(6)
    if (what < 3 && there?.kind !== 'folder') {
      if (there !== undefined) this.discarded.add(there.stamp.mtimeNs)
      this.written.add(this.#number)
      disk.entries.set(to, this.#file(to, this.#number++, there?.stamp.inode))
    } else if (what === 3 && there === undefined) {
      const inode = this.#number++
      disk.entries.set(to, { path: to, kind: 'folder', executable: false, stamp: stampOf(inode, 0n) })
    } else if (what === 4 && there === undefined && disk.entries.has(any) && !`${to}/`.startsWith(`${any}/`)) {
      this.#rename(disk, any, to)
    } else if (what === 5)
      for (const path of all) {
        if (path !== any && !path.startsWith(`${any}/`)) continue
        const { kind, stamp } = disk.entries.get(path)!
        if (kind === 'file') this.discarded.add(stamp.mtimeNs)
        disk.entries.delete(path)
      }
  }

  /** Until nothing is left to do; where others may interfere the process may die, and people go on. */
  pass(disk: Disk, isDisturbed: boolean): void {
    try {
      for (let round = 0; round < 12; round++) {
        const { steps, pathOf } = this.planOf(disk)
        if (isEmpty(steps)) return
        this.#execute(disk, steps, pathOf, () => {
          if (!isDisturbed) return
          const chance = this.random(40)
          if (chance === 0) throw new Died()
          if (chance < 4) this.person(disk)
        })
      }
    } catch (error) {
      if (!(error instanceof Died)) throw error
    }
  }

  #execute(disk: Disk, steps: Plan, pathOf: Map<FileId, string>, between: () => void): void {
    const { entries, base } = disk
    const isStill = ({ path, stamp }: DiskEntry): boolean => {
      const now = entries.get(path)?.stamp
      return now?.inode === stamp.inode && now.mtimeNs === stamp.mtimeNs
    }
    const placeOf = (parent: Parent, name: string): string | undefined => {
      const above = parent === null ? '' : pathOf.get(parent)
      return above === undefined ? undefined : above === '' ? name : `${above}/${name}`
    }
    const mayStand = (path: string): boolean => {
      const { parent } = splitPath(path)
      return !entries.has(path) && (parent === '' || entries.get(parent)?.kind === 'folder')
    }
    const each = <T>(list: readonly T[], work: (one: T) => void): void => {
      for (const one of list) {
        between()
        work(one)
      }
    }
    // In the vault: durable at once, and then in the base.
    each(steps.moves, ({ id, parent, name }) => {
      const there = this.vault.get(id)
      if (there === undefined || !this.#isFree(parent, name) || this.#isWithin(parent, id)) return
      this.vault.set(id, { ...there, parent, name })
      between()
      const row = base.get(id)
      if (row !== undefined) base.set(id, { ...row, parent, name })
    })
    const removable = new Set(steps.removes.map(({ id }) => id))
    each([...steps.removes].reverse(), ({ id, object }) => {
      const there = this.vault.get(id)
      const below = [...this.vault.values()].filter(({ parent }) => parent === id)
      if (there === undefined || there.object !== object || below.some((child) => !removable.has(child.id))) return
      if (below.length > 0) return // in the next pass
      this.vault.delete(id)
      between()
      base.delete(id)
    })
    each([...steps.newFolders, ...steps.newFiles], ({ id, parent, name, entry }) => {
      if (!isStill(entry) || !this.#isFree(parent, name)) return
      this.vault.set(id, vaultEntry(id, parent, name, entry))
      between()
      base.set(id, rowOf(this.vault.get(id)!, entry))
    })
    each(steps.edits, ({ id, expected, entry }) => {
      const there = this.vault.get(id)
      if (there === undefined || there.object !== expected || !isStill(entry)) return
      this.vault.set(id, { ...there, object: objectOf(entry) })
      between()
      base.set(id, { ...base.get(id)!, object: objectOf(entry), stamp: entry.stamp })
    })
    // On the disk.
    each(steps.doubts, ({ id, entry }) => {
      const row = base.get(id)!
      const isSame = row.object === objectOf(entry)
      base.set(id, { ...row, stamp: isSame ? entry.stamp : { ...row.stamp, size: -1n } })
    })
    if (steps.doubts.length > 0) return
    each(steps.notes, ({ id, entry }) => {
      const there = this.vault.get(id)
      if (there !== undefined)
        base.set(id, { ...(base.get(id) ?? rowOf(there, entry)), parent: there.parent, name: there.name })
    })
    for (const id of steps.drops) base.delete(id)
    each(steps.compares, ({ id, entry }) => {
      const there = this.vault.get(id)
      if (there === undefined || !isStill(entry)) return
      if (there.object === objectOf(entry)) base.set(id, { ...rowOf(there, entry), name: splitPath(entry.path).name })
      else {
        base.delete(id)
        this.#setAside(disk, entry)
      }
    })
    each(steps.asides, (entry) => {
      if (entries.has(entry.path)) this.#setAside(disk, entry)
    })
    each(steps.trashes, ({ id, entry }) => {
      if (!isStill(entry)) return
      entries.delete(entry.path)
      between()
      base.delete(id)
    })
    const aside = new Set<FileId>()
    for (
      let waiting: ((typeof steps.makes)[number] & { entry?: DiskEntry })[] = [...steps.makes, ...steps.renames];
      waiting.length > 0;
    ) {
      const before = waiting.length
      waiting = waiting.filter((one) => {
        between()
        const to = placeOf(one.parent, one.name)
        if (to === undefined || !mayStand(to)) return true
        const { entry } = one
        if (entry === undefined) {
          entries.set(to, { path: to, kind: 'folder', executable: false, stamp: stampOf(this.#number++, 0n) })
        } else {
          const at = pathOf.get(one.id)
          if (at === undefined || entries.get(at)?.stamp.inode !== entry.stamp.inode || `${to}/`.startsWith(`${at}/`))
            return true
          this.#rename(disk, at, to)
          for (const [id, path] of pathOf) if (path.startsWith(`${at}/`)) pathOf.set(id, to + path.slice(at.length))
        }
        pathOf.set(one.id, to)
        between()
        const [there, row, now] = [this.vault.get(one.id), base.get(one.id), entries.get(to)]
        if (there !== undefined && now !== undefined)
          base.set(one.id, { ...(row ?? rowOf(there, now)), parent: there.parent, name: there.name })
        return false
      })
      if (waiting.length < before) continue
      // In each other's way: one goes to a name of its own for a moment.
      const one = waiting.find(({ id, entry }) => entry !== undefined && !aside.has(id))
      const at = one === undefined ? undefined : pathOf.get(one.id)
      if (one === undefined || at === undefined) break
      aside.add(one.id)
      between()
      if (entries.get(at)?.stamp.inode !== one.entry!.stamp.inode) break
      const to = `${at} (being renamed ${this.#number++})`
      this.#rename(disk, at, to)
      for (const [id, path] of pathOf)
        if (path === at || path.startsWith(`${at}/`)) pathOf.set(id, to + path.slice(at.length))
    }
    each(steps.folderRemovals, ({ id, entry }) => {
      const at = pathOf.get(id) ?? entry.path
      if ([...entries.keys()].some((path) => path.startsWith(`${at}/`)) || !entries.has(at)) return
      entries.delete(at)
      between()
      base.delete(id)
    })
    each(steps.writes, ({ id, replaces }) => {
      const there = this.vault.get(id)
      if (there?.object === undefined) return
      const to = replaces === undefined ? placeOf(there.parent, there.name) : (pathOf.get(id) ?? replaces.path)
      if (to === undefined) return
      const now = entries.get(to)
      if (replaces === undefined ? now !== undefined : now?.stamp.mtimeNs !== replaces.stamp.mtimeNs) return
      if (now !== undefined) entries.delete(to) // to the trash
      between()
      if (!mayStand(to)) return
      const entry = this.#file(to, BigInt(there.object))
      entries.set(to, entry)
      between()
      if (entries.get(to) === entry) base.set(id, { ...rowOf(there, entry), name: splitPath(to).name })
    })
  }

  #file(path: string, content: bigint, inode = this.#number++): DiskEntry {
    return { path, kind: 'file', executable: false, stamp: stampOf(inode, content) }
  }

  #rename({ entries }: Disk, from: string, to: string): void {
    for (const [path, entry] of [...entries]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue
      entries.delete(path)
      entries.set(to + path.slice(from.length), { ...entry, path: to + path.slice(from.length) })
    }
  }

  #setAside(disk: Disk, { path }: DiskEntry): void {
    this.#rename(disk, path, `${path} (conflict ${this.#number++})`)
  }

  #isFree(parent: Parent, name: string): boolean {
    if (parent !== null && this.vault.get(parent)?.kind !== 'folder') return false
    return ![...this.vault.values()].some((one) => placeKey(one.parent, one.name) === placeKey(parent, name))
  }

  #isWithin(folder: Parent, id: FileId): boolean {
    for (let at: Parent | undefined = folder; typeof at === 'string'; at = this.vault.get(at)?.parent)
      if (at === id) return true
    return false
  }
}

function stampOf(inode: bigint, content: bigint): DiskEntry['stamp'] {
  return { size: 1n, mtimeNs: content, ctimeNs: content, birthNs: inode, inode }
}

function objectOf({ kind, stamp }: DiskEntry): ObjectId | undefined {
  return kind === 'folder' ? undefined : (String(stamp.mtimeNs) as ObjectId)
}

function vaultEntry(id: FileId, parent: Parent, name: string, entry: DiskEntry): VaultEntry {
  const { kind, executable } = entry
  return { id, parent, name, kind, executable, object: objectOf(entry), sizeBytes: 1, mtimeMs: 0 }
}

function rowOf({ id, parent, name, mtimeMs, object }: VaultEntry, { kind, executable, stamp }: DiskEntry): BaseRow {
  return { id, parent, name, kind, executable, object, mtimeMs, stamp }
}
