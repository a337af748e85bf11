import type { FileId, LogId } from '../base/ids.ts'
import { copiesOf } from './copies.ts'
import type { FileState } from './file-state.ts'
import { LOST_FOUND, LOST_FOUND_NAME } from './lost-found.ts'
import { nameKey, projectName, withSuffix } from './names.ts'
import { compareOpIds } from './operations.ts'
import type { Actor, OpId } from './operations.ts'
import type { Content } from './records.ts'
import type { Folder } from './tree.ts'

/** A file, link or folder as it is shown. */
export interface Node {
  readonly id: FileId
  readonly folder: Folder
  /** Allowed on every device and clashing with none beside it, whatever its writer wrote. */
  readonly name: string
  /** What its writer wrote: hostile. */
  readonly wanted: string
  readonly kind: Content['kind']
  /** Undefined for a folder that lives only through what is in it. */
  readonly content: Content | undefined
  /** The file it conflicts with, for a content that has not yet become a file of its own. */
  readonly conflictOf: FileId | undefined
}

export interface Listing {
  /** By name, in the order of its UTF-16 code units. */
  readonly nodes: readonly Node[]
  /** By NFC of the name. */
  readonly byName: ReadonlyMap<string, Node>
  readonly byId: ReadonlyMap<FileId, Node>
  /** By what its writer wrote, to the letter: the files and folders that are shown otherwise, the first of each. */
  readonly renamed: ReadonlyMap<string, Node>
}

/** Who wrote an operation, as far as names need it. */
export interface Authors {
  logOf(actor: Actor): LogId | undefined
  deviceName(log: LogId): string | undefined
}

/** A folder's content with the names under which it is shown: who was there first keeps the name. */
export function listingOf(
  folder: Folder,
  states: Iterable<FileState>,
  hasPlace: (file: FileId) => boolean,
  authors: Authors
): Listing {
  const items: Item[] = []
  for (const state of states) {
    items.push(itemOf(state))
    if (state.contents.length > 1) items.push(...copiesOf(state, hasPlace, authors))
  }
  const nodes = named(items.sort(byArrival)).map(({ item, name }) => nodeOf(folder, item, name))
  nodes.sort((a, b) => (a.name < b.name ? -1 : 1))
  return new ListedFolder(nodes)
}

/** Ways to find a node are made when the first is looked for: who lists a folder looks for none. */
class ListedFolder implements Listing {
  readonly nodes: readonly Node[]
  #byName: ReadonlyMap<string, Node> | undefined
  #byId: ReadonlyMap<FileId, Node> | undefined
  #renamed: ReadonlyMap<string, Node> | undefined

  constructor(nodes: readonly Node[]) {
    this.nodes = nodes
  }

  get byName(): ReadonlyMap<string, Node> {
    return (this.#byName ??= new Map(this.nodes.map((node) => [node.name.normalize('NFC'), node])))
  }

  get byId(): ReadonlyMap<FileId, Node> {
    return (this.#byId ??= new Map(this.nodes.map((node) => [node.id, node])))
  }

  get renamed(): ReadonlyMap<string, Node> {
    const isRenamed = (node: Node): boolean => node.name !== node.wanted && node.conflictOf === undefined
    return (this.#renamed ??= new Map(
      this.nodes
        .filter(isRenamed)
        .reverse()
        .map((node) => [node.wanted, node])
    ))
  }
}

/** Something that is to be shown in a folder. */
export interface Item {
  readonly id: FileId
  readonly wanted: string
  readonly at: OpId | undefined
  readonly kind: Content['kind']
  readonly conflictOf: FileId | undefined
  content(): Content | undefined
}

function itemOf(state: FileState): Item {
  if (state.id === LOST_FOUND)
    return {
      id: state.id,
      wanted: LOST_FOUND_NAME,
      at: undefined,
      kind: 'folder',
      conflictOf: undefined,
      content: () => undefined
    }
  return {
    id: state.id,
    wanted: state.place?.name ?? '',
    at: state.places.at(-1),
    kind: state.kind,
    conflictOf: undefined,
    content: () => state.content
  }
}

/** Files before the copies of conflicts: what those say of their beginning is no more than a claim. */
function byArrival(a: Item, b: Item): number {
  if ((a.conflictOf === undefined) !== (b.conflictOf === undefined)) return a.conflictOf === undefined ? -1 : 1
  if (a.at !== undefined && b.at !== undefined) return compareOpIds(a.at, b.at) || (a.id < b.id ? -1 : 1)
  if (a.at === b.at) return a.id < b.id ? -1 : 1
  return a.at === undefined ? 1 : -1
}

/** Every name once. First all who were first with theirs, then the others with the next free number. */
function named(items: readonly Item[]): { item: Item; name: string }[] {
  const taken = new Set<string>()
  const late: { item: Item; name: string; key: string }[] = []
  const done: { item: Item; name: string }[] = []
  for (const item of items) {
    const name = projectName(item.wanted, item.id)
    const key = nameKey(name)
    if (taken.has(key)) late.push({ item, name, key })
    else {
      taken.add(key)
      done.push({ item, name })
    }
  }
  const numbers = new Map<string, number>()
  for (const { item, name, key } of late) {
    let number = numbers.get(key) ?? 2
    while (taken.has(nameKey(withSuffix(name, ` (${number})`)))) number++
    const free = withSuffix(name, ` (${number})`)
    taken.add(nameKey(free))
    numbers.set(key, number + 1)
    done.push({ item, name: free })
  }
  return done
}

function nodeOf(folder: Folder, item: Item, name: string): Node {
  let content: Content | undefined
  return {
    id: item.id,
    folder,
    name,
    wanted: item.wanted,
    kind: item.kind,
    conflictOf: item.conflictOf,
    get content() {
      return (content ??= item.content())
    }
  }
}
