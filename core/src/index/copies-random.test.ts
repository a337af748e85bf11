import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ObjectId } from '../base/ids.ts'
import { move, replaceContent } from './edits.ts'
import { contentNamed } from './fake-log.test.ts'
import { assertAgree, contentOf, inConflict, meet, objectOf } from './people.test.ts'
import { copiesOfFile } from './settle.ts'

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
