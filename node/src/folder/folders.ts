import { existsSync, realpathSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { toHex } from '@holdfast/core/base/bytes'
import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import type { FileId } from '@holdfast/core/base/ids'
import { LocalCopies } from '@holdfast/core/engine/copies/local-copies'
import type { Engine } from '@holdfast/core/engine/engine'
import type { ReadModel } from '@holdfast/core/index/read-model'
import type { Settings } from '../config/keys.ts'
import { DiskPlace } from '../home/disk-place.ts'
import { DiskRoot } from './disk-root.ts'
import { FolderFiles } from './folder-files.ts'
import { deleteFolder, listFolders, putFolder } from './folder-list.ts'
import type { FolderRecord } from './folder-list.ts'
import { KeptFolder } from './kept-folder.ts'
import type { FolderState, PassOptions } from './kept-folder.ts'
import { LiveFolder } from './live-folder.ts'
import type { LiveOptions } from './live-folder.ts'
import { assertMarkable, clearMarker, readMarker, writeMarker } from './marker.ts'
import { MARKER } from './own-names.ts'
import type { StepProgress } from './vault-steps.ts'

export interface FoldersLiveOptions extends Omit<LiveOptions, 'onPass'> {
  /** Told of each pass: of the how manieth folder of `list`, from 1. */
  readonly onPass?: (folder: number, state: FolderState, ms: number) => void
}

export interface CatchingUp {
  /** Undefined between two of them. */
  readonly path: string | undefined
  readonly progress: StepProgress | undefined
}

const OPEN = new WeakMap<Engine, Promise<Folders>>()

/** The folders of a home, opened once for each engine: by the process that stays, or by one command. */
export function foldersOf(engine: Engine): Promise<Folders> {
  const known = OPEN.get(engine)
  if (known !== undefined) return known
  const opened = Folders.open(engine)
  OPEN.set(engine, opened)
  return opened
}

/** Every folder of this machine that this home keeps in step. */
export class Folders {
  readonly #engine: Engine
  readonly #folders: KeptFolder[]
  /** What of the ciphertext on this device need not lie here beside them. */
  readonly copies: LocalCopies
  /** What was set where this home was opened. */
  settings: Settings | undefined
  readonly #live = new Map<KeptFolder, LiveFolder>()
  #isCatchingUp = false
  #liveOptions: FoldersLiveOptions | undefined

  static async open(engine: Engine): Promise<Folders> {
    const records = await listFolders(engine.home.kv)
    return new Folders(
      engine,
      records.map((record) => new KeptFolder(engine, record))
    )
  }

  private constructor(engine: Engine, folders: KeptFolder[]) {
    this.#engine = engine
    this.#folders = folders
    this.copies = new LocalCopies(engine, new FolderFiles(() => this.#folders))
  }

  list(): readonly KeptFolder[] {
    return this.#folders
  }

  /** Whether what changes is followed: here runs the process that stays. */
  get isLive(): boolean {
    return this.#liveOptions !== undefined
  }

  /** Of those that are followed: where the system took no more watches. */
  unwatched(): readonly KeptFolder[] {
    return [...this.#live].filter(([, live]) => live.isUnwatched).map(([folder]) => folder)
  }

  /**
   * Keeps a folder in step from now on; makes it, and those above it, where it is missing. Nothing in it is deleted: what both sides
   * have and differs is kept twice. Throws FOLDERS_NESTED, NOT_A_FOLDER, NOT_FOUND, OUTSIDE_TARGET for the home itself, MAY_ONLY_READ,
   * EXISTS where what is no file has the marker's name.
   */
  async add(path: string, to: readonly string[]): Promise<KeptFolder> {
    this.#assertApart(wouldBe(path)) // before anything is made
    const real = await madeFolder(path)
    this.#assertApart(real)
    const { home } = this.#engine
    const root = new DiskRoot(real)
    try {
      assertMarkable(root) // before anything is made in the vault
      const { vault, file } = await this.#vaultFolder(to)
      const same = this.#folders.find(({ record }) => record.vault === vault && record.file === file)
      if (same !== undefined)
        throw new HoldfastError('FOLDERS_NESTED', `${same.record.path} is kept in step with it already.`)
      const record: FolderRecord = { id: toHex(home.random.bytes(8)), path: real, vault, file, marked: true }
      clearMarker(root) // of a home that is gone, of this one before `folder rm`, or damaged
      writeMarker(root, record.id)
      await putFolder(home.kv, record)
      const folder = new KeptFolder(this.#engine, record)
      this.#folders.push(folder)
      this.#goLive(folder)
      return folder
    } finally {
      root.close()
    }
  }

  /** Keeps it in step no more. What is in it stays, and so does the vault's. Throws NOT_FOUND. */
  async remove(path: string): Promise<KeptFolder> {
    const folder = this.find(path)
    folder.stopPass() // the first one of many files takes long
    await this.#live.get(folder)?.stop()
    this.#live.delete(folder)
    await this.copies.keep((await folder.clear.standing()).objects)
    this.#folders.splice(this.#folders.indexOf(folder), 1)
    await deleteFolder(this.#engine.home.kv, folder.record.id)
    await folder.forget()
    try {
      const root = new DiskRoot(folder.record.path)
      try {
        const marker = readMarker(root)
        if (marker === undefined || marker === folder.record.id) clearMarker(root) // another home's stays
      } finally {
        root.close()
      }
    } catch {
      // a folder that is not there has no marker, and what is no file is none
    }
    return folder
  }

  /** Throws NOT_FOUND. */
  find(path: string): KeptFolder {
    const wanted = new Set([resolve(path), realOf(path)])
    const found = this.#folders.find(({ record }) => wanted.has(record.path))
    if (found === undefined) throw new HoldfastError('NOT_FOUND', `${path} is not kept in step.`)
    return found
  }

  /** One pass of all, one after the other. */
  async pass(options: PassOptions = {}): Promise<ReadonlyMap<KeptFolder, FolderState>> {
    const states = new Map<KeptFolder, FolderState>()
    for (const folder of [...this.#folders]) {
      folder.dirty()
      states.set(folder, await folder.pass(options))
    }
    return states
  }

  /** What was done in them while nobody followed them is told to the vault, and nothing is done on the disk yet. Throws ABORTED. */
  async catchUp(signal: AbortSignal): Promise<void> {
    this.#isCatchingUp = true
    try {
      await this.pass({ onlyTells: true, signal })
    } finally {
      this.#isCatchingUp = false
    }
    if (signal.aborted) throw new HoldfastError('ABORTED')
  }

  /** Which of them it is at and how far, while `catchUp` runs. */
  get catchingUp(): CatchingUp | undefined {
    if (!this.#isCatchingUp) return undefined
    const at = this.#folders.find(({ progress }) => progress !== undefined)
    return { path: at?.record.path, progress: at?.progress }
  }

  /** From now on what changes is followed at once. */
  start(options: FoldersLiveOptions): void {
    this.#liveOptions = options
    for (const folder of this.#folders) this.#goLive(folder)
  }

  async stop(): Promise<void> {
    this.#liveOptions = undefined
    await Promise.all([...this.#live.values()].map((live) => live.stop()))
    this.#live.clear()
  }

  #goLive(folder: KeptFolder): void {
    if (this.#liveOptions === undefined || this.#live.has(folder)) return
    const { onPass, ...options } = this.#liveOptions
    const number = this.#folders.indexOf(folder) + 1
    const told = onPass && { onPass: (state: FolderState, ms: number) => onPass(number, state, ms) }
    this.#live.set(folder, new LiveFolder(this.#engine, folder, { ...options, ...told }))
  }

  #assertApart(path: string): void {
    const within = (one: string, other: string): boolean => one === other || one.startsWith(`${other}${sep}`)
    for (const { record } of this.#folders)
      if (within(path, record.path) || within(record.path, path))
        throw new HoldfastError('FOLDERS_NESTED', `${record.path} is kept in step already.`)
    const { place } = this.#engine.home
    if (place instanceof DiskPlace && within(path, realOf(place.folder)))
      throw new HoldfastError('OUTSIDE_TARGET', 'That is the home of the vault itself.')
    for (let at = path; dirname(at) !== at; at = dirname(at)) {
      const above = dirname(at)
      if (statSync(`${above}/${MARKER}`, { throwIfNoEntry: false }) !== undefined)
        throw new HoldfastError('FOLDERS_NESTED', `${above} is kept in step already, by this vault or another.`)
    }
  }

  /** The folder of the vault, with those above it, made where it is missing: a file in the way is never moved. */
  async #vaultFolder(to: readonly string[]): Promise<Pick<FolderRecord, 'vault' | 'file'>> {
    await this.#engine.openAlong([to])
    const { vault, path } = this.#engine.place(to)
    if (path.length === 0) {
      this.#assertVaultApart(vault.id, null)
      return { vault: vault.id, file: null }
    }
    this.#assertVaultApart(vault.id, deepest(vault.index.tree, path), false) // before anything is made
    const there = vault.index.tree.resolve(path)
    if (there === undefined)
      await vault.makeFolder(path).catch((error: unknown) => {
        // Another device may have made it meanwhile: what stands there now is looked at below.
        if (!isHoldfastError(error, 'EXISTS')) throw error
      })
    const node = vault.index.tree.resolve(path)
    if (node?.kind !== 'folder') throw new HoldfastError('NOT_A_FOLDER')
    this.#assertVaultApart(vault.id, node.id)
    return { vault: vault.id, file: node.id }
  }

  /** Two folders of this machine for one of the vault, or for one within the other, would answer each other for ever. */
  #assertVaultApart(vault: FolderRecord['vault'], file: FolderRecord['file'], isWhole = true): void {
    const tree = this.#engine.vaultOf(vault)?.index.tree
    const isWithin = (one: FolderRecord['file'], other: FolderRecord['file']): boolean => {
      if (other === null) return true
      for (let at = one; at !== null; at = tree?.node(at)?.folder ?? null) if (at === other) return true
      return false
    }
    for (const { record } of this.#folders)
      if (record.vault === vault && (isWithin(file, record.file) || (isWhole && isWithin(record.file, file))))
        throw new HoldfastError(
          'FOLDERS_NESTED',
          `${record.path} is in step with a folder of the vault in that one, or around it: name another by --to.`
        )
  }
}

async function madeFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true })
    return realpathSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOTDIR') throw new HoldfastError('NOT_A_FOLDER', path, { cause: error })
    throw error
  }
}

/** Where a folder will lie once it is made. */
function wouldBe(path: string): string {
  const missing: string[] = []
  let at = resolve(path)
  for (; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(basename(at))
  return join(realOf(at), ...missing)
}

/** The folder of the vault in which the first missing one of a path will lie; the last one, if none is missing. */
function deepest(tree: ReadModel, path: readonly string[]): FileId | null {
  for (let length = path.length; length > 0; length--) {
    const node = tree.resolve(path.slice(0, length))
    if (node !== undefined) return node.id
  }
  return null
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}
