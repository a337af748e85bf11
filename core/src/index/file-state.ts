import { compareOpIds } from './operations.ts'
import type { FileId, ObjectId } from '../base/ids.ts'
import { decodeContent, decodeMarked, isMarked, kindOf, readPlace } from './records.ts'
import type { Content, CopyMark, FileContent, Place } from './records.ts'
import { parseKey } from './keys.ts'
import type { Held } from './registers.ts'

/** A content that lost a conflict. */
export interface Loser {
  readonly content: FileContent
  /** What is written over a conflict copy says so. */
  readonly mark: CopyMark | undefined
  /** The values that say it, the last written first. */
  readonly held: readonly [Held, ...Held[]]
}

/** All the index holds about one file. Values stand in the order of their operation ids; the last one wins. */
export class FileState {
  readonly id: FileId
  places: readonly Held[] = NONE
  /** What was written over a conflict copy comes before all others: however often a copy is edited, it wins over none of them. */
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
  losers(): Loser[] {
    if (this.contents.length < 2) return []
    const winner = this.content!
    const found = new Map<ObjectId, Loser & { held: [Held, ...Held[]] }>()
    for (const held of this.contents.slice(0, -1).reverse()) {
      const { content, mark } = decodeMarked(held.value)
      if (content.kind === 'folder' || (winner.kind !== 'folder' && content.object === winner.object)) continue
      const known = found.get(content.object)
      if (known === undefined) found.set(content.object, { content, mark, held: [held] })
      else known.held.push(held)
    }
    return [...found.values()]
  }

  update(key: string, values: readonly Held[]): void {
    const order = key.startsWith('c/') ? byMarkAndOperation : compareOpIds
    const sorted = values.length < 2 ? values : [...values].sort(order)
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

function byMarkAndOperation(a: Held, b: Held): number {
  return Number(isMarked(b.value)) - Number(isMarked(a.value)) || compareOpIds(a, b)
}

const NONE: readonly Held[] = []
