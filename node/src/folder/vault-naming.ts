import { HoldfastError } from '@holdfast/core/base/errors'
import type { FileId, ObjectId } from '@holdfast/core/base/ids'
import { addFile, putBeside, replaceContent } from '@holdfast/core/index/edits'
import type { Intent } from '@holdfast/core/index/edits'
import { contentKey, placeKey } from '@holdfast/core/index/keys'
import { checkName } from '@holdfast/core/index/names'
import type { ReadModel } from '@holdfast/core/index/read-model'
import { encodeContent, encodePlace } from '@holdfast/core/index/records'
import type { FileContent, Place } from '@holdfast/core/index/records'
import type { ObjectRecord } from '@holdfast/core/log/record'
import { isFirstOfEach } from '@holdfast/core/vault/first-of-each'
import type { AddItem, Naming } from '@holdfast/core/vault/write'
import type { WrittenObject } from '@holdfast/core/vault/write-object'

/**
 * Which file of the vault an item is: a new one with its place, or one that has to hold `expected` still. `isBeside`: that was not
 * what this disk had before, so it stays, in conflict with what is written.
 */
export type Target = { readonly id: FileId } & (
  | { readonly place: Place }
  | { readonly expected: ObjectId | undefined; readonly isBeside?: boolean }
)

/** Names items by the files they are, never by their paths: what was moved or changed meanwhile is refused, not replaced. */
export class VaultNaming implements Naming {
  readonly intents: Intent[] = []
  readonly records: ObjectRecord[] = []
  /** Which object each file got. */
  readonly #written: Map<FileId, ObjectId>
  readonly #tree: ReadModel
  readonly #targets: ReadonlyMap<string, Target>
  /** Folders that these intents make: the tree does not know them yet. */
  readonly #fresh = new Set<FileId>()
  readonly #keys = new Set<string>()

  constructor(tree: ReadModel, targets: ReadonlyMap<string, Target>, written: Map<FileId, ObjectId>) {
    this.#tree = tree
    this.#written = written
    this.#targets = targets
  }

  folder(path: readonly string[], mtimeMs: number): void {
    const target = this.#targetOf(path)
    if (!('place' in target)) throw new HoldfastError('INTERNAL')
    this.#checkFree(target.place)
    this.#fresh.add(target.id)
    this.intents.push(
      { key: placeKey(target.id), value: encodePlace(target.place) },
      { key: contentKey(target.id), value: encodeContent({ kind: 'folder', mtimeMs }) }
    )
  }

  file(item: Exclude<AddItem, { kind: 'folder' }>, { content, record }: WrittenObject): boolean {
    const kind = item.kind === 'link' ? 'link' : item.executable ? 'executable' : 'file'
    const full: FileContent = { ...content, kind, mtimeMs: item.mtimeMs }
    const target = this.#targetOf(item.path)
    if ('expected' in target) {
      const there = this.#tree.node(target.id)?.content
      if (there === undefined || there.kind === 'folder' || there.object !== target.expected)
        throw new HoldfastError('FILE_CHANGED')
      const edit = target.isBeside === true ? putBeside : replaceContent
      const intents = edit(this.#tree, target.id, full)
      if (!isFirstOfEach(intents, this.#keys)) return false
      this.intents.push(...intents)
    } else if (this.#tree.state(target.id) !== undefined) {
      throw new HoldfastError('FILE_CHANGED') // another device put something there meanwhile: looked at anew
    } else if (this.#isFresh(target.place)) {
      checkName(target.place.name)
      this.intents.push(
        { key: placeKey(target.id), value: encodePlace(target.place) },
        { key: contentKey(target.id), value: encodeContent(full) }
      )
    } else this.intents.push(...addFile(this.#tree, target.id, target.place, full))
    this.records.push(record)
    this.#written.set(target.id, content.object)
    return true
  }

  #targetOf(path: readonly string[]): Target {
    const target = this.#targets.get(path.join('/'))
    if (target === undefined) throw new HoldfastError('INTERNAL')
    return target
  }

  #isFresh({ parent }: Place): boolean {
    return parent !== null && this.#fresh.has(parent)
  }

  #checkFree({ parent, name }: Place): void {
    checkName(name)
    if (this.#isFresh({ parent, name })) return
    if (parent !== null && this.#tree.node(parent)?.kind !== 'folder') throw new HoldfastError('NOT_A_FOLDER')
    if (this.#tree.resolveIn(parent, name) !== undefined) throw new HoldfastError('EXISTS')
  }
}
