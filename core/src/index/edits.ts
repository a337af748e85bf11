import { HoldfastError } from '../base/errors.ts'
import type { FileId, ObjectId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { contentKey, fileOfKey, placeKey, versionKey } from './keys.ts'
import { copiesOfFile } from './settle.ts'
import type { Node } from './listing.ts'
import { LOST_FOUND } from './lost-found.ts'
import { checkName } from './names.ts'
import { sameOpId } from './operations.ts'
import type { OpId } from './operations.ts'
import type { ReadModel } from './read-model.ts'
import { decodeContent, encodeContent, encodePlace } from './records.ts'
import type { FileContent, Place } from './records.ts'

/** What a local write wants under a key; `Index.build` finds out what it replaces. Null deletes. */
export interface Intent {
  readonly key: string
  readonly value: Uint8Array | null
  /** Replaces these and no more: what else the key has stays beside it, as in any conflict. Without it, all that the key has. */
  readonly replaces?: readonly OpId[]
}

/** A new file under a fresh random id. Throws NAME_NOT_ALLOWED, EXISTS, NOT_A_FOLDER. */
export function addFile(tree: ReadModel, file: FileId, place: Place, content: FileContent): Intent[] {
  checkPlace(tree, place, file)
  return [placed(file, place), { key: contentKey(file), value: encodeContent(content) }]
}

/** A new folder under a fresh random id. Throws NAME_NOT_ALLOWED, EXISTS, NOT_A_FOLDER. */
export function makeFolder(tree: ReadModel, file: FileId, place: Place, mtimeMs: number): Intent[] {
  checkPlace(tree, place, file)
  return [placed(file, place), { key: contentKey(file), value: encodeContent({ kind: 'folder', mtimeMs }) }]
}

/**
 * A new content of a living file, or of a conflict copy. What it held becomes a kept version of the file; a conflict goes on with all
 * else that is in it, so that nothing is replaced that its writer did not see, and the copy stays the copy. Throws NOT_FOUND, IS_A_FOLDER.
 */
export function replaceContent(tree: ReadModel, file: FileId, content: FileContent): Intent[] {
  const { content: old, conflictOf: origin = file } = living(tree, file)
  if (old === undefined || old.kind === 'folder') throw new HoldfastError('IS_A_FOLDER')
  const kept = old.object === content.object ? [] : [{ key: versionKey(origin, old.object), value: encodeContent(old) }]
  return [...kept, written(tree, origin, file, content)]
}

/** The same of a content that was written without knowing what the file holds: that stays beside it. Throws NOT_FOUND. */
export function putBeside(tree: ReadModel, file: FileId, content: FileContent): Intent[] {
  const { conflictOf: origin = file } = living(tree, file)
  return [{ ...written(tree, origin, file, content), replaces: [] }]
}

/** To another folder or name; a conflict copy becomes a file of its own by it. Throws NOT_FOUND, NAME_NOT_ALLOWED, EXISTS, NOT_A_FOLDER, INTO_ITSELF. */
export function move(tree: ReadModel, file: FileId, place: Place): Intent[] {
  const node = living(tree, file)
  if (file === LOST_FOUND) throw new HoldfastError('NAME_NOT_ALLOWED')
  for (let at = place.parent; at !== null; at = tree.node(at)?.folder ?? null)
    if (at === file) throw new HoldfastError('INTO_ITSELF')
  checkPlace(tree, place, file)
  if (node.conflictOf === undefined) return [placed(file, place)]
  return [placed(file, place), { key: contentKey(file), value: encodeContent(node.content!) }, ...leaves(tree, node)]
}

/**
 * Withdraws a file, or a folder with all in it, so that it can be restored: each content stays as a kept version. Of a file in
 * conflict the copies that are not withdrawn with it stay as files of their own; those that are stay as removed files, under the name they
 * were shown by: they come back beside the winner, where a version of the same file would stay behind it. A copy that is withdrawn
 * alone leaves the conflict to the others. Throws NOT_FOUND.
 */
export function remove(tree: ReadModel, file: FileId): Intent[] {
  return removeAll(tree, [file])
}

/** The same for several at once: one by one, each of a file and its conflict copies would bring back the others. */
export function removeAll(tree: ReadModel, files: readonly FileId[]): Intent[] {
  const nodes = files.flatMap((file) => {
    const node = living(tree, file)
    return node.kind === 'folder' ? withAllBelow(tree, node) : [node]
  })
  const gone = new Set(nodes.map(({ id }) => id))
  const origins = new Set(nodes.map(({ id, conflictOf }) => conflictOf ?? id))
  return [...origins].flatMap((origin) => removeOf(tree, origin, gone))
}

/**
 * Brings a deleted file back with the content it had last, or any file to the kept version that is named. A folder comes back with
 * every deleted file below it. `mtimeMs` is for folders, whose time is not kept. `isThere`: whether a version that nobody names
 * can come back still. Throws NOT_FOUND.
 */
export function restore(
  tree: ReadModel,
  file: FileId,
  mtimeMs: number,
  object?: ObjectId,
  isThere: (object: ObjectId) => boolean = () => true
): Intent[] {
  const { kept } = tree.versions(file)
  const version =
    object === undefined
      ? kept.find((content) => isThere(content.object))
      : kept.find((content) => content.object === object)
  if (version !== undefined) {
    if (tree.node(file) !== undefined) return object === undefined ? [] : replaceContent(tree, file, version)
    return [{ key: contentKey(file), value: encodeContent(version) }]
  }
  const state = tree.state(file)
  if (object !== undefined || state === undefined || state.places.length === 0) throw new HoldfastError('NOT_FOUND')
  const below = deletedBelow(tree, file, isThere)
  if (below.length === 0 && tree.node(file) === undefined) throw new HoldfastError('NOT_FOUND')
  const folder =
    state.contents.length > 0 ? [] : [{ key: contentKey(file), value: encodeContent({ kind: 'folder', mtimeMs }) }]
  return [...folder, ...below.map(({ id, content }) => ({ key: contentKey(id), value: encodeContent(content) }))]
}

/**
 * Takes a file, or a folder with all in it, and every version of it out of the index, living or deleted. `objects` are to be
 * shredded by the same entry. Throws NOT_FOUND.
 */
export function purge(tree: ReadModel, file: FileId): { intents: Intent[]; objects: ObjectId[] } {
  const node = tree.node(file)
  const state = tree.state(file)
  if (node === undefined && state === undefined) throw new HoldfastError('NOT_FOUND')
  const folder = node === undefined ? state!.versions === undefined : node.kind === 'folder'
  const files = folder ? [file, ...allPlacedBelow(tree, file)] : [file]
  const copy = node === undefined ? [] : leaves(tree, node)
  const gone = files.map((each) => purgeOne(tree, each))
  const objects = new Set(gone.flatMap((each) => each.objects))
  if (node?.content !== undefined && node.content.kind !== 'folder') objects.add(node.content.object)
  return { intents: [...copy, ...gone.flatMap((each) => each.intents)], objects: [...objects].sort() }
}

/** Intents in parts that each fit one entry; what concerns one file stays together. */
export function batches(intents: readonly Intent[]): Intent[][] {
  const parts: Intent[][] = []
  let part: Intent[] = []
  let bytes = 0
  for (const group of byFile(intents)) {
    const size = group.reduce(
      (sum, intent) => sum + intent.key.length + (intent.value?.length ?? 0) + OVERHEAD_BYTES,
      0
    )
    if (
      part.length > 0 &&
      (part.length + group.length > LIMITS.operationsPerEntry ||
        bytes + size > LIMITS.payloadBytes - PAYLOAD_MARGIN_BYTES)
    ) {
      parts.push(part)
      part = []
      bytes = 0
    }
    part.push(...group)
    bytes += size
  }
  return part.length > 0 ? [...parts, part] : parts
}

function byFile(intents: readonly Intent[]): Intent[][] {
  const groups = new Map<FileId, Intent[]>()
  for (const intent of intents) {
    const file = fileOfKey(intent.key)
    const group = groups.get(file)
    if (group === undefined) groups.set(file, [intent])
    else group.push(intent)
  }
  return [...groups.values()]
}

function living(tree: ReadModel, file: FileId): Node {
  const node = tree.node(file)
  if (node === undefined) throw new HoldfastError('NOT_FOUND')
  return node
}

/** Of several contents only what is meant is replaced: for the file all that is not shown beside it. */
function written(tree: ReadModel, origin: FileId, file: FileId, content: FileContent): Intent {
  const key = contentKey(origin)
  const copies = tree.copies(origin)
  const copy = copies.find(({ id }) => id === file)
  if (copy !== undefined) return { key, value: encodeContent(content, copy.mark), replaces: copy.said }
  if (copies.length === 0) return { key, value: encodeContent(content) }
  const beside = copies.flatMap(({ said }) => said)
  const own = (tree.state(origin)?.contents ?? []).filter((held) => !beside.some((other) => sameOpId(held, other)))
  return { key, value: encodeContent(content), replaces: own }
}

/** A conflict copy is no content of that file any more. Nothing for what is none. */
function leaves(tree: ReadModel, { id, conflictOf }: Node): Intent[] {
  const copy = conflictOf === undefined ? undefined : tree.copies(conflictOf).find((one) => one.id === id)
  return copy === undefined ? [] : [{ key: contentKey(conflictOf!), value: null, replaces: copy.said }]
}

function placed(file: FileId, place: Place): Intent {
  return { key: placeKey(file), value: encodePlace(place) }
}

function checkPlace(tree: ReadModel, { parent, name }: Place, file: FileId): void {
  checkName(name)
  if (parent !== null && (parent === LOST_FOUND || tree.node(parent)?.kind !== 'folder'))
    throw new HoldfastError('NOT_A_FOLDER')
  const there = tree.resolveIn(parent, name)
  if (there !== undefined && there.id !== file) throw new HoldfastError('EXISTS')
}

function withAllBelow(tree: ReadModel, node: Node): Node[] {
  return [node, ...[...tree.walk(node.id)].map((step) => step.node)]
}

/** Of a file and its conflict copies those that are gone. */
function removeOf(tree: ReadModel, origin: FileId, gone: ReadonlySet<FileId>): Intent[] {
  const node = living(tree, origin)
  const copies = tree.copies(origin).map(({ id }) => living(tree, id))
  if (!gone.has(origin))
    return copies.filter(({ id }) => gone.has(id)).flatMap((copy) => [...removedCopy(copy), ...leaves(tree, copy)])
  const kept = copiesOfFile(tree, node).filter(({ key }) => !gone.has(fileOfKey(key)))
  const removed = copies.filter(({ id }) => gone.has(id)).flatMap(removedCopy)
  return [...kept, ...removed, ...removeOne(tree, origin, copiedObjects(tree, node))]
}

function removedCopy({ id, folder, name, content }: Node): Intent[] {
  if (content === undefined || content.kind === 'folder') return []
  return [placed(id, { parent: folder, name }), { key: versionKey(id, content.object), value: encodeContent(content) }]
}

/** What the copies of a file in conflict hold. */
function copiedObjects(tree: ReadModel, { id }: Node): ReadonlySet<ObjectId> {
  const held = (tree.conflictOf(id)?.losers ?? []).map(({ shownAs }) => tree.node(shownAs)?.content)
  return new Set(
    held.flatMap((content) => (content === undefined || content.kind === 'folder' ? [] : [content.object]))
  )
}

/** Everything the file holds becomes a kept version, conflicting contents too, but for what is kept apart: of equally new ones any might come back. */
function removeOne(tree: ReadModel, file: FileId, apart: ReadonlySet<ObjectId>): Intent[] {
  const values = tree.state(file)?.contents ?? []
  const kept = values
    .map((held) => decodeContent(held.value))
    .filter((content) => content.kind !== 'folder')
    .filter(({ object }) => !apart.has(object))
  return [
    ...kept.map((content) => ({ key: versionKey(file, content.object), value: encodeContent(content) })),
    ...(values.length > 0 ? [{ key: contentKey(file), value: null }] : [])
  ]
}

function purgeOne(tree: ReadModel, file: FileId): { intents: Intent[]; objects: ObjectId[] } {
  const state = tree.state(file)
  const contents = (state?.contents ?? [])
    .map((held) => decodeContent(held.value))
    .filter((content) => content.kind !== 'folder')
  const versions = [...(state?.versions?.keys() ?? [])]
  const keys = [
    ...(state === undefined || state.contents.length === 0 ? [] : [contentKey(file)]),
    ...versions.map((object) => versionKey(file, object))
  ]
  return {
    intents: keys.map((key) => ({ key, value: null })),
    objects: [...contents.map((content) => content.object), ...versions]
  }
}

function deletedBelow(
  tree: ReadModel,
  folder: FileId,
  isThere: (object: ObjectId) => boolean
): { id: FileId; content: FileContent }[] {
  return allPlacedBelow(tree, folder).flatMap((id) => {
    const content = tree.versions(id).kept.find((one) => isThere(one.object))
    return content === undefined || tree.node(id) !== undefined ? [] : [{ id, content }]
  })
}

/** Files below a folder by what they last said of themselves, living or not. */
function allPlacedBelow(tree: ReadModel, folder: FileId): FileId[] {
  const found = new Set<FileId>()
  for (let level = new Set([folder]); level.size > 0; ) {
    const next = tree
      .placedIn(level)
      .map((state) => state.id)
      .filter((id) => id !== folder && !found.has(id))
    for (const id of next) found.add(id)
    level = new Set(next)
  }
  return [...found]
}

/** Framing and replaced values of one operation in a payload. */
const OVERHEAD_BYTES = 48
/** Left for padding: Padmé adds at most an eighth. */
const PAYLOAD_MARGIN_BYTES = LIMITS.payloadBytes / 8
