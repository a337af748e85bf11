import { compareOpIds } from './operations.ts'
import type { FileId, ObjectId } from '../base/ids.ts'
import { decodeContent, kindOf, readPlace } from './records.ts'
import type { Content, FileContent, Place } from './records.ts'
import { parseKey } from './keys.ts'
import type { Held } from './registers.ts'

/** All the index holds about one file. Values stand in the order of their operation ids; the last one wins. */
export class FileState {
  readonly id: FileId
  places: readonly Held[] = NONE
  contents: readonly Held[] = NONE
  /** Kept versions by object; most files have none. */
  versions: Map<ObjectId, readonly Held[]> | undefined
  #place: Place | undefined

  constructor(id: FileId) {
    this.id = id
  }

  /** Where the file stands; undefined when nobody said. */
  get place(): Place | undefined {
    const winner = this.places.at(-1)
    if (winner === undefined) return undefined
    return (this.#place ??= readPlace(winner.value))
  }

  get content(): Content | undefined {
    const winner = this.contents.at(-1)
    return winner === undefined ? undefined : decodeContent(winner.value)
  }

  get kind(): Content['kind'] {
    const winner = this.contents.at(-1)
    return winner === undefined ? 'folder' : kindOf(winner.value)
  }

  /** Whether others may stand in it: a folder, or a deleted one whose name is still known. */
  get canHold(): boolean {
    return this.contents.length === 0 ? this.places.length > 0 : this.kind === 'folder'
  }

  /** Contents that lost against the winning one and are others than it: each once, the last written first. */
  losers(): { held: Held; content: FileContent }[] {
    if (this.contents.length < 2) return []
    const winner = this.content!
    const seen = new Set<ObjectId>(winner.kind === 'folder' ? [] : [winner.object])
    const found: { held: Held; content: FileContent }[] = []
    for (const held of this.contents.slice(0, -1).reverse()) {
      const content = decodeContent(held.value)
      if (content.kind === 'folder' || seen.has(content.object)) continue
      seen.add(content.object)
      found.push({ held, content })
    }
    return found
  }

  update(key: string, values: readonly Held[]): void {
    const sorted = values.length < 2 ? values : [...values].sort(compareOpIds)
    if (key.startsWith('c/')) this.contents = sorted
    else if (key.startsWith('p/')) {
      this.places = sorted
      this.#place = undefined
    } else this.#updateVersion(key, sorted)
  }

  #updateVersion(key: string, values: readonly Held[]): void {
    const parsed = parseKey(key)
    if (parsed.kind !== 'version') return
    this.versions ??= new Map()
    if (values.length === 0) this.versions.delete(parsed.object)
    else this.versions.set(parsed.object, values)
  }
}

const NONE: readonly Held[] = []
