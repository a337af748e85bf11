import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { join } from 'node:path'
import { OWN_NAMES } from './own-names.ts'

/** Tells in which folders something has changed: one watch for each, since recursive ones lose deletions. */
export class Watcher {
  readonly #root: string
  readonly #onDirty: (folder: string) => void
  readonly #watches = new Map<string, Watch>()
  /** The system watches no more folders than it is set to: the others are found by scans alone. */
  isFull = false

  constructor(root: string, onDirty: (folder: string) => void) {
    this.#root = root
    this.#onDirty = onDirty
  }

  /**
   * Watches exactly these from now on, each by its path and its inode: another folder in the place of one is another. Returns those it
   * had not watched: what happened there before is not told.
   */
  follow(folders: Iterable<readonly [path: string, inode: bigint]>): string[] {
    const wanted = new Map(folders)
    for (const [folder, one] of this.#watches) if (wanted.get(folder) !== one.inode) this.#drop(folder, one)
    const added: string[] = []
    this.isFull = false
    for (const [folder, inode] of wanted) {
      if (this.#watches.has(folder)) continue
      if (this.isFull) break
      if (this.#add(folder, inode)) added.push(folder)
    }
    return added
  }

  close(): void {
    for (const [folder, one] of this.#watches) this.#drop(folder, one)
  }

  #add(folder: string, inode: bigint): boolean {
    try {
      const watcher = watch(join(this.#root, folder), { persistent: false }, (_event, name) => {
        if (folder === '' && name !== null && OWN_NAMES.has(name)) return
        this.#onDirty(folder)
      })
      const one = { inode, watcher }
      watcher.on('error', () => {
        this.#drop(folder, one)
        this.#onDirty(folder)
      })
      this.#watches.set(folder, one)
      return true
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC' || code === 'EMFILE') this.isFull = true
      return false // gone already: its folder tells of that
    }
  }

  #drop(folder: string, one: Watch): void {
    if (this.#watches.get(folder) === one) this.#watches.delete(folder)
    one.watcher.close()
  }
}

interface Watch {
  readonly inode: bigint
  readonly watcher: FSWatcher
}
