import type { ObjectId, VaultId } from '@holdfast/core/base/ids'
import type { ClearFiles, Standing } from '@holdfast/core/engine/copies/remaker'
import type { ClearFile } from '@holdfast/core/vault/remake'
import type { KeptFolder } from './kept-folder.ts'

/** The folders of this machine as the place where contents stand in the clear. */
export class FolderFiles implements ClearFiles {
  readonly #folders: () => readonly KeptFolder[]

  constructor(folders: () => readonly KeptFolder[]) {
    this.#folders = folders
  }

  async objects(): Promise<Standing> {
    const [seen, unseen] = [new Map<VaultId, Set<ObjectId>>(), new Map<VaultId, Set<ObjectId>>()]
    for (const folder of this.#folders()) {
      const { vault } = folder.clear
      const { objects, isSeen } = await folder.clear.standing()
      const all = isSeen ? seen : unseen
      const known = all.get(vault) ?? new Set<ObjectId>()
      all.set(vault, known)
      for (const object of objects) known.add(object)
    }
    return {
      has: (vault, object) => seen.get(vault)?.has(object) === true,
      may: (vault, object) => unseen.get(vault)?.has(object) === true
    }
  }

  async file(vault: VaultId, object: ObjectId): Promise<ClearFile | undefined> {
    for (const folder of this.#folders()) {
      if (folder.record.vault !== vault) continue
      const file = await folder.clear.file(object)
      if (file !== undefined) return file
    }
    return undefined
  }

  async publishAgain(vault: VaultId, object: ObjectId): Promise<void> {
    for (const folder of this.#folders()) if (folder.record.vault === vault) await folder.publishAgain(object)
  }
}
