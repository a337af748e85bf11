import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FileId, ObjectId } from '../base/ids.ts'
import { conflictFileId } from './conflict.ts'
import { addFile, move, purge, putBeside, remove, removeAll, replaceContent, restore } from './edits.ts'
import { actorOf } from './entry.ts'
import { FakeLog, contentNamed, fileNamed, logNamed, throwsCode } from './fake-log.test.ts'
import { contentKey, versionKey } from './keys.ts'
import type { Node } from './listing.ts'
import { FILE, Person, assertAgree, contentOf, inConflict, meet, objectOf } from './people.test.ts'
import { decodeMarked, encodeContent } from './records.ts'
import type { CopyMark } from './records.ts'
import { copiesOfFile, keepOne, settleEqual } from './settle.ts'

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
  assert.equal(new Set(bert.tree.list(null).map(({ id }) => id)).size, 4)
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

test('looking at many conflict copies one by one does not go through all of them each time, and sees what has changed', () => {
  const logs = new FakeLog(2)
  let named = 0
  Object.assign(logs.options, { deviceName: () => void named++ })
  const [anna, bert] = ['a', 'b'].map((name) => new Person(logs, name)) as [Person, Person]
  const MANY = 40
  const add = (who: Person, n: number) =>
    addFile(who.tree, fileNamed(n), { parent: null, name: `${n}` }, contentNamed(`${n} ${who === anna}`))
  for (const who of [anna, bert]) for (let n = 0; n < MANY; n++) who.write(add(who, n))
  anna.hear(bert)
  const copies = anna.tree.conflicts().flatMap(({ losers }) => losers.map(({ shownAs }) => shownAs))
  assert.equal(copies.length, MANY)
  named = 0
  for (const id of copies) assert.equal(anna.tree.node(id)?.id, id)
  assert.ok(named <= 2 * MANY, `${named} copies were looked at`)
  anna.write(move(anna.tree, copies[0]!, { parent: null, name: 'own' }))
  assert.equal(anna.tree.node(copies[0]!)?.conflictOf, undefined)
  anna.write(remove(anna.tree, copies[1]!))
  assert.equal(anna.tree.node(copies[1]!), undefined)
})

function pictureOf(nodes: readonly Node[]): [FileId, string, unknown][] {
  return nodes.map(({ id, name, content }) => [id, name, content])
}
