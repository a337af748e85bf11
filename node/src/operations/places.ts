import { HoldfastError } from '@holdfast/core/base/errors'
import type { FileId } from '@holdfast/core/base/ids'
import type { Mount } from '@holdfast/core/vault/mounts'
import type { Vault } from '@holdfast/core/vault/vault'
import type { Node, OpEngine } from './engine-part.ts'

/** Something that is shown at a path of the home, in whichever vault it stands. */
export interface Found {
  /** From the root of the home. */
  readonly path: readonly string[]
  readonly node: Node
  /** The vault that holds it; of a mounted folder the one that is mounted, if it is open. */
  readonly vault: Vault | undefined
  /** Where the path is that of a mount itself. */
  readonly mount: Mount | undefined
}

/** What stands at a path; undefined for the root. Throws NOT_FOUND, and what `Engine.place` throws. */
export function lookUp(engine: OpEngine, path: readonly string[]): Found | undefined {
  if (path.length === 0) return undefined
  const found = look(engine, path)
  if (found === undefined) throw new HoldfastError('NOT_FOUND', `Nothing is at /${path.join('/')}.`)
  return found
}

/** The same, but undefined where nothing stands. */
export function look(engine: OpEngine, path: readonly string[]): Found | undefined {
  const { personal } = engine
  const place = engine.place(path)
  if (place.mount !== undefined && place.mountPath.length === path.length) {
    const node = personal.index.tree.resolve(path)
    return node === undefined ? undefined : asMount(engine, path, node, place.mount)
  }
  const node = place.vault.index.tree.resolve(place.path)
  return node === undefined ? undefined : { path, node, vault: place.vault, mount: undefined }
}

/** What is in a folder, by name; in the root for undefined. Nothing for what is no folder. */
export function childrenOf(engine: OpEngine, folder: Found | undefined): Found[] {
  if (folder !== undefined && folder.node.kind !== 'folder') return []
  const vault = folder === undefined ? engine.personal : folder.vault
  if (vault === undefined) return []
  const inFolder = folder === undefined || folder.mount !== undefined ? null : folder.node.id
  const above = folder?.path ?? []
  const mounts = mountsIn(engine, vault)
  return vault.index.tree.list(inFolder).map((node) => asFound(engine, [...above, node.name], node, vault, mounts))
}

/** Everything at and below a path, each folder before what is in it. */
export function* everythingAt(engine: OpEngine, path: readonly string[]): Iterable<Found> {
  const found = lookUp(engine, path)
  if (found !== undefined) yield found
  yield* everythingBelow(engine, found)
}

/** Of the root for undefined. */
export function* everythingBelow(engine: OpEngine, folder: Found | undefined): Iterable<Found> {
  if (folder !== undefined && folder.node.kind !== 'folder') return
  const vault = folder === undefined ? engine.personal : folder.vault
  if (vault === undefined) return
  const above = folder?.path ?? []
  const mounts = mountsIn(engine, vault)
  const start = folder === undefined || folder.mount !== undefined ? null : folder.node.id
  // What the personal vault itself has below a mount is not shown: the mounted vault stands in its place.
  let hiddenBelow = Number.POSITIVE_INFINITY
  for (const { path, node } of vault.index.tree.walk(start)) {
    if (path.length > hiddenBelow) continue
    hiddenBelow = Number.POSITIVE_INFINITY
    const found = asFound(engine, [...above, ...path], node, vault, mounts)
    yield found
    if (found.mount === undefined) continue
    hiddenBelow = path.length
    yield* everythingBelow(engine, found)
  }
}

/** Each open vault and where it is shown: the personal one at the root, others where they are mounted as a whole, the first place of each. */
export function shownVaults(engine: OpEngine): { vault: Vault; mountPath: readonly string[] }[] {
  const { tree } = engine.personal.index
  const shown = new Map<Vault, readonly string[]>([[engine.personal, []]])
  for (const { node, vault: id } of engine.mounts()) {
    const vault = engine.vaultOf(id)
    const path = tree.pathOf(node)
    if (vault !== undefined && path !== undefined && !shown.has(vault)) shown.set(vault, path)
  }
  return [...shown].map(([vault, mountPath]) => ({ vault, mountPath }))
}

/** Mounts count in the personal vault only. */
function mountsIn(engine: OpEngine, vault: Vault): ReadonlyMap<FileId, Mount> {
  return vault === engine.personal ? new Map(engine.mounts().map((mount) => [mount.node, mount])) : NONE
}

const NONE: ReadonlyMap<FileId, Mount> = new Map()

function asFound(
  engine: OpEngine,
  path: readonly string[],
  node: Node,
  vault: Vault,
  mounts: ReadonlyMap<FileId, Mount>
): Found {
  const mount = mounts.get(node.id)
  return mount === undefined ? { path, node, vault, mount } : asMount(engine, path, node, mount)
}

/** A mount of one file is shown as that file, under the name it has in the home; before it has come it has no content. */
function asMount(engine: OpEngine, path: readonly string[], node: Node, mount: Mount): Found {
  const vault = engine.vaultOf(mount.vault)
  if (mount.file === null) return { path, node, vault, mount }
  const { name, wanted } = node
  const file = vault?.index.tree.node(mount.file)
  const shown: Node = file === undefined ? { ...node, kind: 'file', content: undefined } : { ...file, name, wanted }
  return { path, node: shown, vault, mount }
}
