import { HoldfastError } from '../base/errors.ts'
import type { FileId } from '../base/ids.ts'
import type { Mount } from '../vault/mounts.ts'
import type { Vault } from '../vault/vault.ts'
import { besideIn } from '../engine/beside.ts'
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
  const children = vault.index.tree.list(inFolder)
  const found = children.map((node) => asFound(engine, [...above, node.name], node, vault, mounts))
  return vault === engine.personal ? [...found, ...besides(engine, inFolder, above)] : found
}

/** What is shown beside single shared files of a folder of the personal vault. */
function besides(engine: OpEngine, folder: FileId | null, above: readonly string[], of?: Mount): Found[] {
  return besideIn(engine, folder).flatMap(({ vault, mount, node, name }) => {
    if (of !== undefined && of !== mount) return []
    return [{ path: [...above, name], node: { ...node, name, wanted: name }, vault, mount: undefined }]
  })
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
    if (found.mount.file !== null) yield* besides(engine, node.folder, found.path.slice(0, -1), found.mount)
  }
}

/** Each open vault once, and where a file of it is shown: the path, as far as it stands. */
export function shownVaults(engine: OpEngine): { vault: Vault; pathOf(file: FileId): readonly string[] | undefined }[] {
  const { personal } = engine
  const pathIn = (vault: Vault, file: FileId): string[] | undefined => vault.index.tree.pathOf(file)
  const shown = new Map<Vault, (file: FileId) => readonly string[] | undefined>()
  shown.set(personal, (file) => pathIn(personal, file))
  for (const mount of engine.mounts()) {
    const vault = engine.vaultOf(mount.vault)
    const at = pathIn(personal, mount.node)
    if (vault === undefined || at === undefined || shown.has(vault)) continue
    shown.set(vault, (file) => {
      const below = pathIn(vault, file)
      if (below === undefined || mount.file === null) return below && [...at, ...below]
      return file === mount.file ? at : besidePath(engine, mount, file, at)
    })
  }
  return [...shown].map(([vault, pathOf]) => ({ vault, pathOf }))
}

function besidePath(engine: OpEngine, mount: Mount, file: FileId, at: readonly string[]): string[] | undefined {
  const folder = engine.personal.index.tree.node(mount.node)?.folder ?? null
  const found = besideIn(engine, folder).find((one) => one.mount === mount && one.node.id === file)
  return found === undefined ? undefined : [...at.slice(0, -1), found.name]
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
