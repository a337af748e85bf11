import { HoldfastError } from '../base/errors.ts'
import type { Mount } from '../vault/mounts.ts'
import type { Vault } from '../vault/vault.ts'
import { besideAt } from './beside.ts'
import type { Engine } from './engine.ts'

/** Where a path of the home leads: the path may go through one mount, since mounts count in the personal vault only. */
export interface Place {
  readonly vault: Vault
  /** From the root of that vault. Nothing need stand there. */
  readonly path: readonly string[]
  /** Where that vault is mounted; empty for the personal one. */
  readonly mountPath: readonly string[]
  readonly mount: Mount | undefined
}

/**
 * Throws NOT_HERE, or why it could not be opened, for what lies in a mounted vault that is not open; NOT_A_FOLDER for what
 * lies below a single shared file, NOT_HERE where that file has not come, NOT_FOUND where it was removed.
 */
export function placeOf(engine: Engine, path: readonly string[]): Place {
  const on = mountOn(engine, path)
  if (on !== undefined) return placeIn(engine, on.mount, path.slice(0, on.depth), path.slice(on.depth))
  const beside = besideAt(engine, path)
  if (beside !== undefined)
    return { vault: beside.vault, path: [beside.node.name], mountPath: path.slice(0, -1), mount: undefined }
  return { vault: engine.personal, path, mountPath: [], mount: undefined }
}

/** The mount that a path leads to or into, and how many of its names lead there. */
export function mountOn(engine: Engine, path: readonly string[]): { mount: Mount; depth: number } | undefined {
  const mounts = new Map(engine.mounts().map((mount) => [mount.node, mount]))
  if (mounts.size === 0) return undefined
  let folder = null as Mount['node'] | null
  for (const [at, name] of path.entries()) {
    const node = engine.personal.index.tree.resolveIn(folder, name)
    if (node?.kind !== 'folder') return undefined
    const mount = mounts.get(node.id)
    if (mount !== undefined) return { mount, depth: at + 1 }
    folder = node.id
  }
  return undefined
}

function placeIn(engine: Engine, mount: Mount, mountPath: readonly string[], below: readonly string[]): Place {
  const vault = engine.vaultOf(mount.vault)
  if (vault === undefined)
    throw new HoldfastError(engine.vaultFailure(mount.vault) ?? 'NOT_HERE', 'This shared folder is not open.')
  if (mount.file === null) return { vault, path: below, mountPath, mount }
  if (below.length > 0) throw new HoldfastError('NOT_A_FOLDER')
  const path = vault.index.tree.pathOf(mount.file)
  if (path === undefined)
    throw new HoldfastError(vault.index.tree.state(mount.file) === undefined ? 'NOT_HERE' : 'NOT_FOUND')
  return { vault, path, mountPath, mount }
}
