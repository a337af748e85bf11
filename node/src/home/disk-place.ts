import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { Home } from '@holdfast/core/home/home'
import type { HomeFile, HomePlace, HomeStores, StoresOptions } from '@holdfast/core/ports/home-place'
import { makeFolder, readFileOrUndefined, writeFileDurably } from '../disk/atomic-file.ts'
import { openHomeStores } from '../disk/home-lock.ts'
import { SealPool } from '../seal-pool/pool.ts'

const PRIVATE = 0o600

/** A home in a folder of this machine: its small files by their names, its stores below `store`. */
export class DiskPlace implements HomePlace {
  /** Absolute. */
  readonly folder: string
  /** Threads that read and seal files of this machine for the home; they end with its stores. */
  readonly sealPool = new SealPool()

  constructor(folder: string) {
    this.folder = resolve(folder)
  }

  read(file: HomeFile): Promise<Uint8Array | undefined> {
    return readFileOrUndefined(join(this.folder, file))
  }

  write(file: HomeFile, bytes: Uint8Array): Promise<void> {
    return writeFileDurably(join(this.folder, file), bytes, PRIVATE)
  }

  remove(file: HomeFile): Promise<void> {
    return rm(join(this.folder, file), { force: true })
  }

  make(): Promise<void> {
    return makeFolder(this.folder)
  }

  async openStores(options: StoresOptions = {}): Promise<HomeStores> {
    const stores = await openHomeStores(this.folder, options)
    return { ...stores, close: () => this.sealPool.close().then(() => stores.close()) }
  }

  clearStores(): Promise<void> {
    return rm(join(this.folder, 'store'), { recursive: true, force: true })
  }
}

/** Where a home of this machine lies. */
export function diskPlaceOf({ place }: Pick<Home, 'place'>): DiskPlace {
  if (place instanceof DiskPlace) return place
  throw new HoldfastError('INTERNAL')
}
