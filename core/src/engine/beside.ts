import type { FileId } from '../base/ids.ts'
import type { Node } from '../index/listing.ts'
import { withSuffix } from '../index/names.ts'
import type { Mount } from '../vault/mounts.ts'
import type { Vault } from '../vault/vault.ts'
import type { Engine } from './engine.ts'

/** A file that stands in a vault of which one file is shared: the other content of a conflict, as a rule. */
export interface Beside {
  readonly vault: Vault
  readonly mount: Mount
  readonly node: Node
  /** In the folder of the personal vault in which the shared file is shown: unlike every name there. */
  readonly name: string
}

/** What is shown in a folder of the personal vault beside the single files that are shared there: nothing of theirs is out of reach. */
export function besideIn(engine: Engine, folder: FileId | null): Beside[] {
  const { tree } = engine.personal.index
  const here = engine.mounts().filter((mount) => mount.file !== null && tree.node(mount.node)?.folder === folder)
  const found: Beside[] = []
  const isTaken = (name: string): boolean =>
    tree.resolveIn(folder, name) !== undefined ||
    found.some((one) => one.name.normalize('NFC') === name.normalize('NFC'))
  for (const mount of here) {
    const vault = engine.vaultOf(mount.vault)
    for (const node of vault?.index.tree.list(null) ?? []) {
      if (node.id === mount.file || node.kind === 'folder') continue
      let name = node.name
      for (let number = 2; isTaken(name); number++) name = withSuffix(node.name, ` (${number})`)
      found.push({ vault: vault!, mount, node, name })
    }
  }
  return found
}

/** What a path names that way. */
export function besideAt(engine: Engine, path: readonly string[]): Beside | undefined {
  const name = path.at(-1)
  if (name === undefined || engine.mounts().every(({ file }) => file === null)) return undefined
  const { tree } = engine.personal.index
  const above = tree.resolve(path.slice(0, -1))
  if (path.length > 1 && above?.kind !== 'folder') return undefined
  return besideIn(engine, above?.id ?? null).find((one) => one.name.normalize('NFC') === name.normalize('NFC'))
}
