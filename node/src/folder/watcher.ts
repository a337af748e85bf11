import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { join } from 'node:path'
import { OWN_NAMES } from './own-names.ts'

/** Tells in which folders something has changed: one watch for each, since recursive ones lose deletions. */
export class Watcher {
  readonly #root: string
  readonly #onDirty: (folder: string) => void
  readonly #watches = new Map<string, FSWatcher>()
  /** The system watches no more folders than it is set to: the others are found by scans alone. */
  isFull = false

  constructor(root: string, onDirty: (folder: string) => void) {
    this.#root = root
    this.#onDirty = onDirty
  }

  /** Watches exactly these from now on. Returns those it had not watched: what happened there before is not told. */
  follow(folders: Iterable<string>): string[] {
    const wanted = new Set(folders)
    for (const [folder, one] of this.#watches) if (!wanted.has(folder)) this.#drop(folder, one)
    const added: string[] = []
    this.isFull = false
    for (const folder of wanted) {
      if (this.#watches.has(folder)) continue
      if (this.isFull) break
      if (this.#add(folder)) added.push(folder)
    }
    return added
  }

  close(): void {
    for (const [folder, one] of this.#watches) this.#drop(folder, one)
  }

  #add(folder: string): boolean {
    try {
      const one = watch(join(this.#root, folder), { persistent: false }, (_event, name) => {
        if (folder === '' && name !== null && OWN_NAMES.has(name)) return
        this.#onDirty(folder)
      })
      one.on('error', () => {
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

  #drop(folder: string, one: FSWatcher): void {
    if (this.#watches.get(folder) === one) this.#watches.delete(folder)
    one.close()
  }
}
