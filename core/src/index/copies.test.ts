import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EntryHash, FileId, ObjectId } from '../base/ids.ts'
import { conflictFileId } from './conflict.ts'
import { addFile, move, purge, putBeside, removeAll, replaceContent, restore } from './edits.ts'
import type { Intent } from './edits.ts'
import { actorOf } from './entry.ts'
import type { IndexEntry } from './entry.ts'
import { FakeLog, contentNamed, fileNamed, logNamed, picture, throwsCode } from './fake-log.test.ts'
import { Index } from './index.ts'
import { contentKey, versionKey } from './keys.ts'
import type { Node } from './listing.ts'
import { decodeMarked, encodeContent } from './records.ts'
import type { CopyMark } from './records.ts'
import { copiesOfFile, keepOne, settleEqual } from './settle.ts'

const FILE = fileNamed(1)
const PLACE = { parent: null, name: 'a.txt' }
const objectOf = (name: string | number): ObjectId => contentNamed(name).object

test('an edited conflict copy stays that copy, by id and by name on every device, and the winner stays the winner', () => {
  const people = inConflict()
  const [anna, bert] = people
  const winner = anna.shown().content
  const copy = anna.copies()[0]!
  const first = contentOf(copy).object
  for (const [n, who] of [anna, bert, anna].entries()) {
    who.write(replaceContent(who.tree, copy.id, { ...contentNamed(`edit ${n}`), mtimeMs: 86_400_000 * n }))
    meet(people)
    for (const { tree } of people) {
      assert.deepEqual(tree.node(copy.id)?.content, { ...contentNamed(`edit ${n}`), mtimeMs: 86_400_000 * n })
      assert.equal(tree.node(copy.id)?.name, copy.name)
      assert.deepEqual(tree.resolve(['a.txt'])?.content, winner)
      assert.equal(tree.list(null).length, 2)
      assert.equal(tree.conflicts().length, 1)
    }
  }
  const kept = new Set(bert.tree.versions(FILE).kept.map(({ object }) => object))
  for (const object of [first, objectOf('edit 0'), objectOf('edit 1')]) assert.ok(kept.has(object))
  assertAgree(people)
})

test('an edit of the winner leaves what it is in conflict with where it is', () => {
  const people = inConflict()
  const [anna, bert] = people
  const [copy] = anna.copies()
  bert.write(replaceContent(bert.tree, FILE, contentNamed('merged')))
  meet(people)
  assert.deepEqual(anna.shown().content, contentNamed('merged'))
  assert.deepEqual(pictureOf(anna.copies()), pictureOf([copy!]))
  assertAgree(people)
})

test('one copy edited on two devices apart: one stays the copy, and the other is shown beside it', () => {
  const people = inConflict()
  const [anna, bert] = people
  const copy = anna.copies()[0]!
  anna.write(replaceContent(anna.tree, copy.id, contentNamed('of anna')))
  bert.write(replaceContent(bert.tree, copy.id, contentNamed('of bert')))
  anna.write(putBeside(anna.tree, copy.id, contentNamed('on her disk')))
  meet(people)
  const contents = bert.copies().map((node) => contentOf(node).object)
  assert.deepEqual(new Set(contents), new Set(['of anna', 'of bert', 'on her disk'].map(objectOf)))
  assert.equal(bert.tree.node(copy.id)?.name, copy.name)
  assert.equal(bert.tree.list(null).length, 4)
  assertAgree(people)
})

test('a copy that gets another name becomes a file, also two at once, and an edit made meanwhile stays beside it', () => {
  const people = inConflict(3)
  const [anna, bert] = people
  const [one, two] = anna.copies()
  bert.write(replaceContent(bert.tree, one!.id, contentNamed('meanwhile')))
  anna.write(
    [one!, two!].flatMap(({ id }, n) => move(anna.tree, id, { parent: null, name: `own ${n}` })),
    3
  )
  assert.deepEqual(anna.tree.conflicts(), [])
  assert.equal(anna.tree.list(null).length, 3)
  meet(people)
  assert.deepEqual(anna.tree.resolve(['own 0'])?.content, one!.content)
  assert.deepEqual(anna.tree.resolve(['own 1'])?.content, two!.content)
  assert.deepEqual(
    anna.copies().map(({ content }) => content),
    [contentNamed('meanwhile')]
  )
  assertAgree(people)
})

test('a copy that is removed leaves the conflict to the others and comes back as a file of its name', () => {
  const people = inConflict(3)
  const [anna] = people
  const [one, two] = anna.copies()
  anna.write(replaceContent(anna.tree, one!.id, contentNamed('edited')))
  anna.write(removeAll(anna.tree, [one!.id]))
  meet(people)
  assert.deepEqual(pictureOf(anna.copies()), pictureOf([two!]))
  anna.write(restore(anna.tree, one!.id, 1))
  assert.deepEqual(anna.tree.resolve([one!.name])?.content, contentNamed('edited'))
  assert.equal(anna.tree.list(null).length, 3)
  anna.write(removeAll(anna.tree, [FILE]))
  assert.deepEqual(anna.tree.resolve([two!.name])?.content, two!.content)
  assert.equal(anna.tree.conflicts().length, 0)
  meet(people)
  assertAgree(people)
})

test('a conflict with an edited copy ends as every other: kept one, kept both, or destroyed', () => {
  const ends: Record<string, (who: Person, copy: Node) => void> = {
    one: ({ tree, write }, copy) => {
      write(keepOne(tree, FILE, objectOf('edited')))
      assert.deepEqual([tree.node(FILE)?.content, tree.node(copy.id)], [contentNamed('edited'), undefined])
    },
    both: ({ tree, write }, copy) => {
      write(copiesOfFile(tree, tree.node(FILE)!))
      assert.deepEqual(tree.resolve([copy.name])?.content, contentNamed('edited'))
      assert.equal(tree.node(copy.id)?.conflictOf, undefined)
    },
    shred: ({ tree, write }, copy) => {
      const { intents, objects } = purge(tree, copy.id)
      assert.deepEqual(objects, [objectOf('edited')])
      write(intents)
      assert.equal(tree.list(null).length, 1)
    }
  }
  for (const [name, end] of Object.entries(ends)) {
    const people = inConflict()
    const [anna] = people
    const copy = anna.copies()[0]!
    anna.write(replaceContent(anna.tree, copy.id, contentNamed('edited')))
    end(anna, copy)
    assert.deepEqual(anna.tree.conflicts(), [], name)
    meet(people)
    assertAgree(people)
  }
})

test('an edit of a copy outlives the end of the conflict that did not know of it', () => {
  const people = inConflict()
  const [anna, bert] = people
  const copy = anna.copies()[0]!
  anna.write(copiesOfFile(anna.tree, anna.shown()))
  bert.write(replaceContent(bert.tree, copy.id, contentNamed('meanwhile')))
  meet(people)
  assert.deepEqual(anna.tree.node(copy.id)?.content, copy.content)
  assert.deepEqual(
    anna.copies().map(({ content }) => content),
    [contentNamed('meanwhile')]
  )
  anna.write(removeAll(anna.tree, [FILE, copy.id, anna.copies()[0]!.id]))
  bert.write(replaceContent(bert.tree, bert.copies()[0]!.id, contentNamed('once more')))
  meet(people)
  assert.deepEqual(anna.shown().content, contentNamed('once more'), 'what alone is left is the file')
  assertAgree(people)
})

test('equal contents that several devices settle at once leave exactly one of them, and what was edited meanwhile', () => {
  const people = inConflict(3)
  const [anna, bert, clara] = people
  const settle = ({ tree, write }: Person): void => {
    const first = contentOf(tree.node(FILE)!).object
    write(
      tree.copies(FILE).flatMap((copy) => settleEqual(tree, copy.id, copy.content().object, first)),
      1
    )
    assert.deepEqual(tree.conflicts(), [])
  }
  const [one] = anna.copies()
  const kept = anna.shown().content
  clara!.write(replaceContent(clara!.tree, one!.id, contentNamed('edited')))
  settle(anna)
  settle(bert)
  assert.deepEqual(settleEqual(anna.tree, one!.id, contentOf(one!).object, objectOf('base')), [])
  meet(people)
  assert.deepEqual(
    [anna.shown().content, anna.copies().map(({ content }) => content)],
    [kept, [contentNamed('edited')]]
  )
  assert.equal(anna.copies()[0]!.name, one!.name)
  assertAgree(people)
})

test('whatever a mark claims, no copy takes the id of another content, nor the name of a file', () => {
  const people = inConflict(3)
  const [anna] = people
  const [one, two] = anna.copies()
  const actor = actorOf(anna.index.options.vault, logNamed('b'))
  const claim = (object: ObjectId): CopyMark => ({
    object,
    at: { counter: 1, actor },
    mtimeMs: contentOf(one!).mtimeMs
  })
  const own = addFile(anna.tree, fileNamed(2), { parent: null, name: 'b.txt' }, contentNamed('b'))
  anna.write(own)
  const name = one!.name.replace(/^a /, 'b ')
  anna.write(addFile(anna.tree, fileNamed(3), { parent: null, name }, contentNamed('a file')))
  const hostile = [contentOf(one!).object, contentOf(two!).object, contentOf(anna.shown()).object, objectOf('x')]
  for (const [n, object] of hostile.entries())
    anna.write([
      { key: contentKey(FILE), value: encodeContent(contentNamed(`bad ${n}`), claim(object)), replaces: [] },
      { key: contentKey(fileNamed(2)), value: encodeContent(contentNamed(`worse ${n}`), claim(object)), replaces: [] }
    ])
  const nodes = anna.tree.list(null)
  assert.equal(new Set(nodes.map(({ id }) => id)).size, nodes.length)
  assert.equal(nodes.length, 13)
  for (const { id, content } of [one!, two!]) assert.deepEqual(anna.tree.node(id)?.content, content)
  assert.deepEqual(anna.tree.resolve([name])?.content, contentNamed('a file'))
  assert.equal(anna.shown().id, FILE)
  assert.equal(anna.tree.node(conflictFileId(FILE, objectOf('x')))?.conflictOf, FILE)
  meet(people)
  assertAgree(people)
})

test('a mark is read strictly, and no version has one', () => {
  const mark: CopyMark = {
    object: objectOf(1),
    at: { counter: 7, actor: actorOf(fileNamed(1) as never, logNamed('a')) },
    mtimeMs: -5
  }
  const value = encodeContent(contentNamed(2), mark)
  assert.deepEqual(decodeMarked(value), { content: contentNamed(2), mark })
  for (const counter of [0, 2 ** 24 + 1, -1])
    throwsCode('MALFORMED', () =>
      decodeMarked(encodeContent(contentNamed(2), { ...mark, at: { ...mark.at, counter } }))
    )
  fc.assert(
    fc.property(fc.nat(value.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = value.map((byte, i) => (i === at ? byte ^ flip : byte))
      try {
        const read = decodeMarked(bytes)
        assert.deepEqual(encodeContent(read.content, read.mark), bytes)
      } catch (error) {
        throwsCode(['MALFORMED', 'UNSUPPORTED_VERSION'], () => {
          throw error
        })
      }
    })
  )
  const [anna] = inConflict()
  throwsCode('BAD_OPERATION', () => anna.write([{ key: versionKey(FILE, objectOf(2)), value }]))
})

const STEP = fc.record({
  who: fc.nat(2),
  what: fc.constantFrom('edit', 'edit', 'edit', 'hear', 'rename', 'settle'),
  a: fc.nat(5),
  b: fc.nat(2)
})
const RUNS = process.env['HOLDFAST_LONG'] === '1' ? 1000 : 25

test('edits of a file and its copies on three devices: nothing that nobody replaced is lost, and all agree', () => {
  fc.assert(
    fc.property(fc.array(STEP, { minLength: 5, maxLength: 30, size: 'max' }), (story) => {
      const people = inConflict(3)
      const [anna] = people
      const written = new Set(anna.tree.list(null).map((node) => contentOf(node).object))
      const replaced = new Set<ObjectId>()
      let isExact = true
      for (const [number, { who, what, a, b }] of story.entries()) {
        const person = people[who % people.length]!
        const nodes = person.tree.list(null)
        const node = nodes[a % nodes.length]!
        if (what === 'hear') person.hear(people[b % people.length]!)
        else if (what === 'edit') {
          const before = nodes.map(({ id, name }) => [id, name])
          person.write(replaceContent(person.tree, node.id, contentNamed(number)))
          written.add(objectOf(number))
          replaced.add(contentOf(node).object)
          assert.deepEqual(
            person.tree.list(null).map(({ id, name }) => [id, name]),
            before,
            'names and ids stay'
          )
          assert.deepEqual(person.tree.node(node.id)?.content, contentNamed(number))
        } else {
          isExact = false // what one gives a file of its own another may have edited
          const to = { parent: null, name: `n${number}` }
          person.write(what === 'rename' ? move(person.tree, node.id, to) : copiesOfFile(person.tree, node))
        }
        assert.equal(new Set(person.tree.list(null).map(({ id }) => id)).size, person.tree.list(null).length)
      }
      meet(people)
      const seen = new Set(anna.tree.list(null).map((each) => contentOf(each).object))
      const left = [...written].filter((object) => !replaced.has(object))
      for (const object of left) assert.ok(seen.has(object), 'what nobody replaced is there')
      if (isExact) assert.equal(seen.size, left.length)
      const kept = new Set(anna.tree.deleted().flatMap(({ versions }) => versions.map(({ object }) => object)))
      for (const { id } of anna.tree.list(null)) for (const { object } of anna.tree.versions(id).kept) kept.add(object)
      for (const object of replaced) assert.ok(kept.has(object) || seen.has(object), 'what was replaced is a version')
      assertAgree(people)
    }),
    { numRuns: RUNS }
  )
})

class Person {
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
function inConflict(count = 2): [Person, Person, ...Person[]] {
  const logs = new FakeLog(2)
  const people = Array.from({ length: count }, (_, i) => new Person(logs, 'abc'[i]!)) as [Person, Person, ...Person[]]
  const [anna] = people
  anna.write(addFile(anna.tree, FILE, PLACE, contentNamed('base')))
  for (const person of people) person.hear(anna)
  for (const [i, person] of people.entries()) person.write(replaceContent(person.tree, FILE, contentNamed(`by ${i}`)))
  meet(people)
  return people
}

function meet(people: readonly Person[]): void {
  for (let round = 0; round < 2; round++)
    for (const person of people) for (const other of people) if (person !== other) person.hear(other)
}

function assertAgree(people: readonly Person[]): void {
  for (const person of people) {
    assert.deepEqual(picture(person.index), picture(people[0]!.index))
    const loaded = Index.load(person.index.save('all'), person.index.options)
    assert.deepEqual(picture(loaded), picture(person.index))
  }
}

function contentOf({ content }: Node): ReturnType<typeof contentNamed> {
  assert.ok(content !== undefined && content.kind !== 'folder')
  return content
}

function pictureOf(nodes: readonly Node[]): [FileId, string, unknown][] {
  return nodes.map(({ id, name, content }) => [id, name, content])
}
