import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import fc from 'fast-check'
import { isEmpty, plan } from './plan.ts'
import type { Plan, Trees } from './plan.ts'
import type { BaseRow, DiskEntry, Kind, Parent, VaultEntry } from './trees.ts'

test('what is in step everywhere needs nothing', () => {
  const world = new World().inStep('x', 'folder').inStep('x/a', 'file')
  assert.ok(isEmpty(world.plan()))
})

test('a file that a disk has and nobody knows is added, one that the vault has and nobody knows is written', () => {
  const world = new World().onDisk('new', 'file', 1).inVault('v', 'theirs', 'file')
  assert.deepEqual(said(world.plan()), ['newFiles new', 'writes v'])
})

test('an edit made on one side goes to the other, edits on both are compared, never overwritten', () => {
  const world = new World().inStep('a', 'file').inStep('b', 'file').inStep('c', 'file')
  world.editDisk('a').editVault('b').editDisk('c').editVault('c')
  assert.deepEqual(said(world.plan()), ['compares c', 'edits a', 'writes b'])
})

test('a deletion goes to the other side, an edit made there wins over it', () => {
  const world = new World().inStep('a', 'file').inStep('b', 'file').inStep('c', 'file').inStep('d', 'file')
  world.deleteDisk('a').deleteVault('b').deleteDisk('c').editVault('c').deleteVault('d').editDisk('d')
  const steps = world.plan()
  assert.deepEqual(said(steps), ['removes a', 'trashes b', 'drops d', 'newFiles d', 'writes c'].sort())
})

test('what only looks edited is first compared with what was in step, where the vault has deleted or changed it', () => {
  const world = new World().inStep('a', 'file').inStep('b', 'file').inStep('c', 'file')
  world.copyDisk('a').deleteVault('a').copyDisk('b').editVault('b').copyDisk('c')
  assert.deepEqual(said(world.plan()), ['doubts a', 'doubts b', 'edits c'])
})

test('a folder that is renamed is one move with nothing below it, on either side', () => {
  const world = new World().inStep('x', 'folder').inStep('x/a', 'file').inStep('x/b', 'file')
  assert.deepEqual(said(world.moveDisk('x', 'y').plan()), ['moves x'])
  const other = new World().inStep('x', 'folder').inStep('x/a', 'file')
  assert.deepEqual(said(other.moveVault('x', null, 'y').plan()), ['renames x'])
})

test('a folder deleted in the vault stays where somebody has put something new into it', () => {
  const world = new World().inStep('x', 'folder').inStep('x/a', 'file')
  world.deleteVault('x/a').deleteVault('x').onDisk('x/new', 'file', 99)
  assert.deepEqual(said(world.plan()), ['drops x', 'newFiles x/new', 'newFolders x', 'trashes x/a'])
})

test('what cannot be looked at is neither deleted nor written', () => {
  const world = new World().inStep('x', 'folder').inStep('x/a', 'file').inStep('x/b', 'file')
  world.deleteDisk('x/a').deleteDisk('x/b').deleteVault('x/b').held.add('x/a').add('x/b')
  assert.ok(isEmpty(world.plan()))
})

test('a program that saves beside and renames over has edited the file', () => {
  const world = new World().inStep('a', 'file')
  world.disk.set('a', { ...world.disk.get('a')!, stamp: stampOf(77) })
  assert.deepEqual(said(world.plan()), ['edits a'])
})

test('whatever the three trees are: nothing changed on this disk is trashed or replaced, nothing changed in the vault removed', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(8), fc.nat(2)), { maxLength: 12 }), (acts) => {
      const world = new World()
      for (const name of ['a', 'b', 'c']) world.inStep(name, 'file')
      world.inStep('x', 'folder').inStep('x/a', 'file').inStep('x/b', 'file')
      for (const [path, act, other] of acts) world.act(PATHS[path]!, act, PATHS[other]!)
      const steps = world.plan()
      const base = world.base
      for (const { id, entry } of steps.trashes) assert.deepEqual(base.get(id)?.stamp, entry.stamp)
      for (const { id, replaces } of steps.writes)
        if (replaces !== undefined) assert.deepEqual(base.get(id)?.stamp, replaces.stamp)
      for (const { id, object } of steps.removes) assert.equal(world.vault.get(id)?.object, object)
      const touched = [...steps.trashes, ...steps.edits, ...steps.compares].map(({ id }) => id)
      assert.equal(new Set(touched).size, touched.length, 'one thing is decided about each file')
    })
  )
})

const PATHS = ['a', 'b', 'c', 'x', 'x/a', 'x/b']

/** Three trees in memory; ids are the paths at which things began. */
class World {
  readonly disk = new Map<string, DiskEntry>()
  readonly vault = new Map<FileId, VaultEntry>()
  readonly base = new Map<FileId, BaseRow>()
  readonly held = new Set<string>()
  #number = 100

  plan(): Plan {
    const trees: Trees = {
      disk: new Map([...this.disk].sort(([a], [b]) => (a < b ? -1 : 1))),
      vault: this.vault,
      base: this.base,
      isHeld: (path) => this.held.has(path),
      newFileId: () => `new ${this.#number++}` as FileId,
      newFolderId: () => `new ${this.#number++}` as FileId
    }
    return plan(trees).steps
  }

  act(path: string, act: number, other: string): void {
    if (act === 0) this.editDisk(path)
    if (act === 1) this.editVault(path)
    if (act === 2) this.deleteDisk(path)
    if (act === 3) this.deleteVault(path)
    if (act === 4 && !this.disk.has(`${other}2`) && !other.startsWith(path)) this.moveDisk(path, `${other}2`)
    if (act === 5) this.moveVault(path, null, `${other.replace('/', '-')}3`)
    if (act === 6) this.onDisk(`${path}-new`, 'file', this.#number++)
  }

  inStep(path: string, kind: Kind): this {
    const inode = this.#number++
    this.onDisk(path, kind, inode)
    this.inVault(path, path, kind)
    const { parent, name } = placeIn(path)
    const object = this.vault.get(path as FileId)!.object
    this.base.set(path as FileId, {
      id: path as FileId,
      parent,
      name,
      kind,
      executable: false,
      object,
      mtimeMs: 0,
      stamp: stampOf(inode)
    })
    return this
  }

  onDisk(path: string, kind: Kind, inode: number): this {
    this.disk.set(path, { path, kind, executable: false, stamp: stampOf(inode) })
    return this
  }

  inVault(id: string, path: string, kind: Kind): this {
    const object = kind === 'folder' ? undefined : (`object of ${id}` as ObjectId)
    this.vault.set(id as FileId, {
      id: id as FileId,
      ...placeIn(path),
      kind,
      executable: false,
      object,
      sizeBytes: 1,
      mtimeMs: 0
    })
    return this
  }

  editDisk(path: string): this {
    const entry = this.disk.get(path)
    if (entry?.kind === 'file')
      this.disk.set(path, {
        ...entry,
        stamp: {
          ...entry.stamp,
          size: entry.stamp.size + 1n,
          ctimeNs: BigInt(this.#number),
          mtimeNs: BigInt(this.#number++)
        }
      })
    return this
  }

  /** Another file of the same length, as far as the system knows. */
  copyDisk(path: string): this {
    const entry = this.disk.get(path)!
    this.disk.set(path, { ...entry, stamp: { ...entry.stamp, ctimeNs: 1n, inode: BigInt(this.#number++) } })
    return this
  }

  editVault(id: string): this {
    const entry = this.vault.get(id as FileId)
    if (entry?.kind === 'file') this.vault.set(entry.id, { ...entry, object: `edit ${this.#number++}` as ObjectId })
    return this
  }

  deleteDisk(path: string): this {
    for (const at of [...this.disk.keys()]) if (at === path || at.startsWith(`${path}/`)) this.disk.delete(at)
    return this
  }

  deleteVault(id: string): this {
    for (const at of [...this.vault.keys()]) if (at === id || at.startsWith(`${id}/`)) this.vault.delete(at)
    return this
  }

  moveDisk(from: string, to: string): this {
    for (const [at, entry] of [...this.disk]) {
      if (at !== from && !at.startsWith(`${from}/`)) continue
      this.disk.delete(at)
      this.disk.set(to + at.slice(from.length), { ...entry, path: to + at.slice(from.length) })
    }
    return this
  }

  moveVault(id: string, parent: Parent, name: string): this {
    const entry = this.vault.get(id as FileId)
    if (entry !== undefined) this.vault.set(entry.id, { ...entry, parent, name })
    return this
  }
}

function placeIn(path: string): { parent: Parent; name: string } {
  const cut = path.lastIndexOf('/')
  return { parent: cut === -1 ? null : (path.slice(0, cut) as FileId), name: path.slice(cut + 1) }
}

function stampOf(inode: number): DiskEntry['stamp'] {
  return { size: 1n, mtimeNs: BigInt(inode), ctimeNs: BigInt(inode), birthNs: BigInt(inode), inode: BigInt(inode) }
}

/** Every step by its kind and what it is about. */
function said(steps: Plan): string[] {
  return Object.entries(steps)
    .flatMap(([kind, list]) =>
      (list as readonly (string | { id?: string; entry?: DiskEntry })[]).map((one) => {
        if (typeof one === 'string') return `${kind} ${one}`
        return `${kind} ${one.id === undefined || one.id.startsWith('new') ? one.entry?.path : one.id}`
      })
    )
    .sort()
}
