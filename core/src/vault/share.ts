import { asArray, asId, asVersion, decode, encode, idValue } from '../base/codec.ts'
import { isHoldfastError } from '../base/errors.ts'
import { FILE_ID_BYTES } from '../base/ids.ts'
import type { FileId, ObjectId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { purge, remove } from '../index/edits.ts'
import type { Intent } from '../index/edits.ts'
import type { Index } from '../index/index.ts'
import { contentKey, extraKey, fileOfKey, placeKey } from '../index/keys.ts'
import type { Folder } from '../index/tree.ts'
import type { Node } from '../index/listing.ts'
import { projectName, withSuffix } from '../index/names.ts'
import type { ReadModel } from '../index/read-model.ts'
import { decodeContent, encodeContent, encodePlace } from '../index/records.ts'
import type { Content } from '../index/records.ts'
import type { LinkReport } from './link.ts'
import { mountIntent } from './mounts.ts'
import type { MountRecord } from './mounts.ts'

/** Whether an object has been linked into the vault that now stands for the folder. */
export type IsLinked = (object: ObjectId) => boolean

/** A new mount: a folder node that holds nothing of its own. */
export function mountIntents(
  mount: FileId,
  place: { parent: Folder; name: string },
  record: MountRecord,
  mtimeMs: number
): Intent[] {
  return [
    { key: placeKey(mount), value: encodePlace(place) },
    { key: contentKey(mount), value: encodeContent({ kind: 'folder', mtimeMs }) },
    mountIntent(mount, record)
  ]
}

/**
 * Replaces a folder or file of the personal vault by the mount of the vault that was made of it, under the same name. What was
 * linked is taken out of the old place in the same entry, as far as it fits; the note beside the old place says so that
 * the rest follows also after a stop. What was not linked, because another device has changed it meanwhile, stays in the
 * old place, which is then shown under a name near to it: nothing is lost.
 */
export function replaceByMount(
  tree: ReadModel,
  old: Node,
  mount: FileId,
  record: MountRecord,
  isLinked: IsLinked,
  mtimeMs: number
): Intent[] {
  return [
    ...mountIntents(mount, { parent: old.folder, name: old.name }, record, mtimeMs),
    // Should it come back, the mount keeps the name.
    { key: placeKey(old.id), value: encodePlace({ parent: old.folder, name: withSuffix(old.name, ' (2)') }) },
    { key: extraKey(old.id, EXTRA), value: encode([1, idValue(mount)]) },
    ...emptied(tree, old, isLinked)
  ]
}

/** What is left to be taken out of places that mounts have replaced. Nothing where no share was cut short. */
export function leftovers(index: Index, linkedAt: (mount: FileId) => IsLinked | undefined): Intent[] {
  return index.extras(EXTRA).flatMap(({ file, value }) => {
    const mount = asNote(value)
    const old = index.tree.node(file)
    const isLinked = mount === undefined || old === undefined ? undefined : linkedAt(mount)
    return old === undefined || isLinked === undefined ? [] : emptied(index.tree, old, isLinked)
  })
}

/** The files of the personal vault that a path below a mount was linked from, as far as they still stand where they did: their kept versions, too. */
export function originalsAt(index: Index, mount: FileId, path: readonly string[]): FileId[] {
  let found = index.extras(EXTRA).flatMap(({ file, value }) => (asNote(value) === mount ? [file] : []))
  for (const name of path) {
    const inside = index.tree.placedIn(new Set(found))
    found = inside.flatMap(({ id, place }) => (place !== undefined && projectName(place.name, id) === name ? [id] : []))
  }
  return found
}

/** What destroys them, and these objects as far as the vault brings them. */
export function shredOriginals(
  { tree }: Pick<Index, 'tree'>,
  files: readonly FileId[],
  objects: Iterable<ObjectId>,
  isHeld: IsLinked
): { intents: Intent[]; shreds: ObjectId[] } {
  const each = files.map((file) => purge(tree, file))
  const intents = new Map(each.flatMap((one) => one.intents.map((intent) => [intent.key, intent])))
  const shreds = new Set([...each.flatMap((one) => one.objects), ...objects].filter(isHeld))
  return { intents: [...intents.values()], shreds: [...shreds].sort() }
}

/**
 * Takes out of a place what has been linked from there, as `remove` does, and nothing that has come or changed since. `linked`: as a
 * link reports it.
 */
export function removeLinked(tree: ReadModel, file: FileId, linked: LinkReport['linked']): Intent[] {
  const node = tree.node(file)
  if (node === undefined) return []
  const isCopied = (id: FileId, object: ObjectId): boolean =>
    tree.copies(id).some((copy) => copy.content().object === object && linked.get(copy.id) === object)
  const isTaken = (id: FileId, content: Content): boolean =>
    content.kind === 'folder'
      ? id === file || linked.has(id)
      : linked.get(id) === content.object || isCopied(id, content.object)
  if (node.kind !== 'folder') return isTaken(node.id, node.content!) ? remove(tree, file) : []
  // A copy goes with the file that it is in conflict with, or stays with it.
  const isWhole = (id: FileId): boolean =>
    (tree.state(tree.node(id)?.conflictOf ?? id)?.contents ?? []).every(({ value }) =>
      isTaken(id, decodeContent(value))
    )
  return remove(tree, file).filter(({ key }) => isWhole(fileOfKey(key)))
}

const EXTRA = 'shared'

/** No kept versions are written: the vault that was made of it has them, under the same objects. */
function emptied(tree: ReadModel, old: Node, isLinked: IsLinked): Intent[] {
  const below = old.kind === 'folder' ? [...tree.walk(old.id)].map(({ node }) => node) : []
  return [old, ...below].flatMap(({ id, conflictOf }) => {
    const values = conflictOf === undefined ? (tree.state(id)?.contents ?? []) : []
    const mayGo = values.every(({ value }) => {
      const content = decodeContent(value)
      return content.kind === 'folder' || isLinked(content.object)
    })
    return values.length > 0 && mayGo ? [{ key: contentKey(id), value: null }] : []
  })
}

function asNote(bytes: Uint8Array): FileId | undefined {
  try {
    const [version, mount] = asArray(decode(bytes, LIMITS.scalarBytes), 2)
    asVersion(version, 1)
    return asId<FileId>(mount, FILE_ID_BYTES)
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    return undefined
  }
}
