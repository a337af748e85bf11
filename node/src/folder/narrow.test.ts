import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import fc from 'fast-check'
import { BaseTree } from './base-tree.ts'
import { allOf, partAround } from './narrow.ts'
import type { Part, Whole } from './narrow.ts'
import { plan } from './plan.ts'
import { splitPath } from './trees.ts'
import type { DiskEntry, Kind, Parent, VaultEntry } from './trees.ts'

const FILES = ['x/a', 'x/b', 'x/y/c', 'd', 'e/f'] as const
const FOLDERS = ['x', 'x/y', 'e'] as const
const ANY = [...FOLDERS, ...FILES]

test('a folder that is gone from the disk stays in the vault while something waits in it that this disk never had', () => {
  const world = new World()
  world.inVault('x/waits', 'x', 'waits', 'file')
  world.suspects.ids.clear() // planned before, and it waits for its content since
  world.deleteDisk('x')
  assert.deepEqual(world.said(true), world.said(false))
  assert.ok(world.said(true).includes('makes x'))
})

test('whatever has changed, the part around it gives the steps that the whole gives', () => {
  const act = fc.tuple(fc.nat(6), fc.nat(ANY.length - 1), fc.nat(FOLDERS.length))
  fc.assert(
    fc.property(fc.array(act, { maxLength: 6 }), (acts) => {
      const world = new World()
      for (const [what, which, where] of acts) world.act(what, ANY[which]!, FOLDERS[where])
      assert.deepEqual(world.said(true), world.said(false))
    }),
    { numRuns: 500 }
  )
})

/** Three trees in step, and then not; ids are the paths at which things began. */
class World {
  readonly suspects = { paths: new Set<string>(), ids: new Set<FileId>() }
  readonly #disk = new Map<string, DiskEntry>()
  readonly #vault = new Map<FileId, VaultEntry>()
  readonly #base = new BaseTree()
  #number = 1

  constructor() {
    for (const path of [...FOLDERS, ...FILES]) {
      const kind = (FOLDERS as readonly string[]).includes(path) ? 'folder' : 'file'
      const { parent, name } = splitPath(path)
      this.onDisk(path, kind)
      this.inVault(path, parent, name, kind)
      const { sizeBytes: _, ...entry } = this.#vault.get(path as FileId)!
      this.#base.set(entry.id, { ...entry, stamp: this.#disk.get(path)!.stamp })
    }
    this.suspects.paths.clear()
    this.suspects.ids.clear()
  }

  act(what: number, path: string, folder: string | undefined): void {
    const name = 'abc'[this.#number % 3]!
    const to = `${folder === undefined ? '' : `${folder}/`}${name}`
    const shown = this.#vault.get(path as FileId)
    if (what === 0 && this.#disk.get(to)?.kind !== 'folder') this.onDisk(to, 'file')
    if (what === 1) this.deleteDisk(path)
    if (what === 2 && this.#disk.get(path)?.kind === 'file') this.onDisk(path, 'file')
    if (
      what === 3 &&
      !this.#disk.has(to) &&
      !`${to}/`.startsWith(`${path}/`) &&
      (folder === undefined || this.#disk.has(folder))
    )
      this.moveDisk(path, to)
    if (what === 4 && shown?.kind === 'file')
      this.inVault(path, shown.parent ?? '', shown.name, 'file', `edit ${this.#number++}`)
    if (what === 5) this.deleteVault(path)
    const isTaken = this.#shownIn((folder as FileId | undefined) ?? null).some((one) => one.name === name)
    if (what === 6 && shown !== undefined && !isTaken && this.#mayStandIn(folder, path))
      this.inVault(path, folder ?? '', name, shown.kind, shown.object)
  }

  #mayStandIn(folder: string | undefined, id: string): boolean {
    let at: Parent | undefined = (folder as FileId | undefined) ?? null
    while (typeof at === 'string' && at !== id) at = this.#vault.get(at)?.parent
    return at === null
  }

  onDisk(path: string, kind: Kind): void {
    const { parent } = splitPath(path)
    if (parent !== '' && this.#disk.get(parent)?.kind !== 'folder') return
    const number = BigInt(this.#number++)
    const inode = this.#disk.get(path)?.stamp.inode ?? number
    const stamp = { size: 1n, mtimeNs: number, ctimeNs: number, birthNs: inode, inode }
    this.#disk.set(path, { path, kind, executable: false, stamp })
    this.suspects.paths.add(path)
  }

  inVault(id: string, parent: string, name: string, kind: Kind, object = `object of ${id}`): void {
    this.#vault.set(id as FileId, {
      id: id as FileId,
      parent: parent === '' ? null : (parent as FileId),
      name,
      kind,
      executable: false,
      object: kind === 'folder' ? undefined : (object as ObjectId),
      sizeBytes: 1,
      mtimeMs: 0
    })
    this.suspects.ids.add(id as FileId)
  }

  deleteDisk(path: string): void {
    for (const at of [...this.#disk.keys()]) {
      if (at !== path && !at.startsWith(`${path}/`)) continue
      this.#disk.delete(at)
      this.suspects.paths.add(at)
    }
  }

  deleteVault(id: string): void {
    for (const { id: below } of this.#shownIn(id as FileId)) this.deleteVault(below)
    if (this.#vault.delete(id as FileId)) this.suspects.ids.add(id as FileId)
  }

  moveDisk(from: string, to: string): void {
    for (const [at, entry] of [...this.#disk]) {
      if (at !== from && !at.startsWith(`${from}/`)) continue
      const path = to + at.slice(from.length)
      this.#disk.delete(at)
      this.#disk.set(path, { ...entry, path })
      for (const one of [at, path]) this.suspects.paths.add(one)
    }
  }

  /** Every step by its kind and what it is about, planned with a part or with the whole. */
  said(isPart: boolean): string[] {
    const whole = this.#whole()
    const part: Part = isPart ? partAround(whole, this.suspects) : allOf(whole)
    let number = 0
    const fresh = (): FileId => `new ${number++}` as FileId
    const { steps } = plan({ ...part, isHeld: () => false, newFileId: fresh, newFolderId: fresh })
    type Step = string | { id?: string; path?: string; entry?: DiskEntry }
    const about = (one: Step): string =>
      typeof one === 'string'
        ? one
        : one.id === undefined || one.id.startsWith('new ')
          ? (one.entry?.path ?? one.path!)
          : one.id
    return Object.entries(steps)
      .flatMap(([kind, list]) => (list as readonly Step[]).map((one) => `${kind} ${about(one)}`))
      .sort()
  }

  #shownIn(folder: Parent): VaultEntry[] {
    return [...this.#vault.values()].filter(({ parent }) => parent === folder)
  }

  #whole(): Whole {
    const ordered = [...this.#disk.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
    const entries = new Map(ordered.map((entry) => [entry.path, entry]))
    const pathOf = ({ parent, name }: VaultEntry): string => {
      const above = parent === null ? undefined : this.#vault.get(parent)
      return above === undefined ? name : `${pathOf(above)}/${name}`
    }
    return {
      disk: {
        entries,
        children: (folder) => ordered.filter(({ path }) => splitPath(path).parent === folder),
        folders: () =>
          ordered.filter(({ kind }) => kind === 'folder').map(({ path, stamp }) => [path, stamp.inode] as const),
        inOrder: (isWanted) => ordered.filter(isWanted)
      },
      vault: {
        entries: this.#vault,
        children: (folder) => this.#shownIn(folder),
        at: (folder, name) => this.#shownIn(folder).find((entry) => entry.name === name),
        pathOf
      },
      base: this.#base,
      isFresh: () => false
    }
  }
}
