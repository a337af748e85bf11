import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryHash, ObjectId } from '../base/ids.ts'
import { addFile, replaceContent } from './edits.ts'
import type { Intent } from './edits.ts'
import type { IndexEntry } from './entry.ts'
import { FakeLog, contentNamed, fileNamed, logNamed, picture } from './fake-log.test.ts'
import { Index } from './index.ts'
import type { Node } from './listing.ts'

export const FILE = fileNamed(1)
const PLACE = { parent: null, name: 'a.txt' }
export const objectOf = (name: string | number): ObjectId => contentNamed(name).object

/** A device with an index of its own and no more of a log than who has seen what. */
export class Person {
  readonly index: Index
  readonly #logs: FakeLog
  readonly #name: string
  readonly #held: IndexEntry[] = []
  #heads: EntryHash[] = []
  #seq = 0

  constructor(logs: FakeLog, name: string) {
    this.#logs = logs
    this.#name = name
    this.index = Index.create(logs.options)
  }

  get tree(): Index['tree'] {
    return this.index.tree
  }

  shown(): Node {
    return this.tree.node(FILE)!
  }

  copies(): Node[] {
    return this.tree.list(null).filter(({ conflictOf }) => conflictOf === FILE)
  }

  /** `keys`: how many contents have to be written, where that is said. Nothing where nothing changes. */
  readonly write = (intents: readonly Intent[], keys?: number): void => {
    const log = logNamed(this.#name)
    if (this.index.build(intents, { log, past: this.#logs.past(this.#heads) }) === undefined) return
    const entry = this.#logs.write(this.index, log, ++this.#seq, this.#heads, intents)
    if (keys !== undefined)
      assert.equal(
        new Set(entry.operations.flatMap(({ operations }) => operations.filter(({ key }) => key.startsWith('c/'))))
          .size,
        keys
      )
    this.#take(entry)
    this.#heads = [entry.hash]
  }

  hear(other: Person): void {
    for (const entry of other.#held) if (!this.index.has(entry.hash)) this.#take(entry)
    this.#heads = [...new Set([...this.#heads, ...other.#heads])]
  }

  #take(entry: IndexEntry): void {
    assert.equal(this.index.apply(entry), 'applied')
    this.#held.push(entry)
  }
}

/** People who wrote one file without knowing of each other, and have met. */
export function inConflict(count = 2): [Person, Person, ...Person[]] {
  const logs = new FakeLog(2)
  const people = Array.from({ length: count }, (_, i) => new Person(logs, 'abc'[i]!)) as [Person, Person, ...Person[]]
  const [anna] = people
  anna.write(addFile(anna.tree, FILE, PLACE, contentNamed('base')))
  for (const person of people) person.hear(anna)
  for (const [i, person] of people.entries()) person.write(replaceContent(person.tree, FILE, contentNamed(`by ${i}`)))
  meet(people)
  return people
}

export function meet(people: readonly Person[]): void {
  for (let round = 0; round < 2; round++)
    for (const person of people) for (const other of people) if (person !== other) person.hear(other)
}

export function assertAgree(people: readonly Person[]): void {
  for (const person of people) {
    assert.deepEqual(picture(person.index), picture(people[0]!.index))
    const loaded = Index.load(person.index.save('all'), person.index.options)
    assert.deepEqual(picture(loaded), picture(person.index))
  }
}

export function contentOf({ content }: Node): ReturnType<typeof contentNamed> {
  assert.ok(content !== undefined && content.kind !== 'folder')
  return content
}

test('people who wrote one file without knowing of each other and have met see one conflict', () => {
  const people = inConflict(3)
  for (const person of people) assert.equal(person.copies().length, 2)
  assertAgree(people)
})
