import { HoldfastError } from '../base/errors.ts'
import type { FileId } from '../base/ids.ts'
import { replaceContent } from '../index/edits.ts'
import type { Intent } from '../index/edits.ts'
import { newFolderId } from '../index/place-id.ts'
import { contentKey, placeKey } from '../index/keys.ts'
import type { Node } from '../index/listing.ts'
import { checkName } from '../index/names.ts'
import type { ReadModel } from '../index/read-model.ts'
import { encodeContent, encodePlace } from '../index/records.ts'
import type { Content, FileContent, Place } from '../index/records.ts'
import type { ObjectRecord } from '../log/record.ts'
import { isFirstOfEach } from './first-of-each.ts'
import type { AddItem } from './write.ts'
import type { WrittenObject } from './write-object.ts'

/** What naming needs of the vault. */
export interface NameTarget {
  newFileId(): FileId
  tree(): ReadModel
  nowMs(): number
}

/** Names for a batch of sealed files: folders that are missing are made on the way. */
export class NewNames {
  readonly intents: Intent[] = []
  readonly records: ObjectRecord[] = []
  private readonly to: readonly string[]
  private readonly target: NameTarget
  private readonly asNew: boolean
  private readonly made = new Map<string, FileId | null>()
  private readonly taken = new Set<string>()
  /** Folders that these intents make: the tree does not know them yet. */
  private readonly fresh = new Set<FileId>()
  private readonly replaced = new Set<string>()

  constructor(to: readonly string[], target: NameTarget, asNew = false) {
    this.to = to
    this.target = target
    this.asNew = asNew
    this.made.set('', null)
  }

  folder(path: readonly string[], mtimeMs: number): void {
    this.folderAt([...this.to, ...path], mtimeMs)
  }

  file(item: Exclude<AddItem, { kind: 'folder' }>, { content, record }: WrittenObject): boolean {
    const path = [...this.to, ...item.path]
    const name = path.at(-1)
    if (name === undefined) throw new HoldfastError('IS_A_FOLDER')
    const kind = item.kind === 'link' ? 'link' : item.executable ? 'executable' : 'file'
    const full: FileContent = { ...content, kind, mtimeMs: item.mtimeMs }
    const parent = this.folderAt(path.slice(0, -1), this.target.nowMs())
    const tree = this.target.tree()
    const key = pathKey(path)
    if (this.taken.has(key)) throw new HoldfastError('EXISTS')
    const there = this.asNew || this.isNew(parent) ? undefined : tree.writtenIn(parent, name)
    if (there === undefined) this.make(this.target.newFileId(), { parent, name }, full)
    else {
      const intents = replaceContent(tree, there.id, full)
      if (!isFirstOfEach(intents, this.replaced)) return false
      this.intents.push(...intents)
    }
    this.taken.add(key)
    this.records.push(record)
    return true
  }

  /** Nothing is there, and the folder is one: looked up before, or made here. */
  private make(id: FileId, place: Place, content: Content): void {
    checkName(place.name)
    this.intents.push(
      { key: placeKey(id), value: encodePlace(place) },
      { key: contentKey(id), value: encodeContent(content) }
    )
  }

  /** Where to add is said by shown names, what is added by its own. */
  private folderIn(tree: ReadModel, parent: FileId | null, name: string, depth: number): Node | undefined {
    return depth <= this.to.length ? tree.resolveIn(parent, name) : tree.writtenIn(parent, name)
  }

  private isNew(folder: FileId | null): boolean {
    return folder !== null && this.fresh.has(folder)
  }

  private folderAt(path: readonly string[], mtimeMs: number): FileId | null {
    const key = pathKey(path)
    const known = this.made.get(key)
    if (known !== undefined) return known
    const parent = this.folderAt(path.slice(0, -1), mtimeMs)
    const name = path.at(-1)!
    const tree = this.target.tree()
    const there = this.isNew(parent) ? undefined : this.folderIn(tree, parent, name, path.length)
    if (there !== undefined && there.kind !== 'folder') throw new HoldfastError('NOT_A_FOLDER')
    const id = there?.id ?? newFolderId(tree, { parent, name }, () => this.target.newFileId())
    if (there === undefined) {
      this.make(id, { parent, name }, { kind: 'folder', mtimeMs })
      this.fresh.add(id)
    }
    this.made.set(key, id)
    return id
  }
}

/** No name holds a NUL. */
function pathKey(path: readonly string[]): string {
  return path.map((name) => `${name}\0`).join('')
}
