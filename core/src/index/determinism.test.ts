import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EntryHash, LogId } from '../base/ids.ts'
import { addFile, makeFolder, move, purge, remove, replaceContent, restore } from './edits.ts'
import type { Intent } from './edits.ts'
import type { IndexEntry } from './entry.ts'
import { FakeLog, contentNamed, fileNamed, logNamed, picture } from './fake-log.test.ts'
import { Index } from './index.ts'
import { encodePlace } from './records.ts'
import { rebuild } from './rebuild.ts'

const CHOICES = fc.array(fc.nat(1000), { minLength: 7, maxLength: 23 })
const RUNS = process.env['HOLDFAST_LONG'] === '1' ? 1000 : 25

test('the index is a function of the set of entries, whatever the order they arrive in', () => {
  fc.assert(
    fc.property(storyOf(false), CHOICES, (story, choices) => {
      const { logs, entries } = tell(story)
      const inOrder = applyAll(logs, entries)
      const shuffled = applyAll(logs, shuffle(entries, choices))
      assert.deepEqual(picture(shuffled), picture(inOrder))
      assert.deepEqual(picture(rebuild(entries, logs.options).index), picture(inOrder))
      assertAutomergeAgrees(shuffled)
      const saved = shuffled.save()
      Index.prove(saved, logs.options)
      assert.deepEqual(picture(Index.load(saved, logs.options)), picture(inOrder))
    }),
    { numRuns: RUNS }
  )
})

test('an index that was read after every entry equals one read only at the end, and one that was loaded half way', () => {
  fc.assert(
    fc.property(storyOf(false), (story) => {
      const { logs, entries } = tell(story)
      let eager = Index.create(logs.options)
      for (const [i, entry] of entries.entries()) {
        assert.equal(eager.apply(entry), 'applied')
        assert.ok(eager.tree.size >= 0)
        if (i === entries.length >> 1) eager = Index.load(eager.save('all'), logs.options)
      }
      assert.deepEqual(picture(eager), picture(applyAll(logs, entries)))
    }),
    { numRuns: RUNS }
  )
})

test('of a fork the side with the smaller hash is applied, on every device alike, and no honest entry is refused', () => {
  fc.assert(
    fc.property(storyOf(true), CHOICES, (story, choices) => {
      const { logs, entries } = tell(story)
      const first = rebuild(entries, logs.options)
      const second = rebuild(shuffle(entries, choices), logs.options)
      assert.deepEqual(first.refused, [])
      assert.deepEqual(picture(second.index), picture(first.index))
      assertAutomergeAgrees(first.index)
      const saved = first.index.save()
      Index.prove(saved, logs.options)
      assert.deepEqual(picture(Index.load(saved, logs.options)), picture(first.index))
      assert.deepEqual(picture(arriving(logs, shuffle(entries, choices))), picture(first.index))
    }),
    { numRuns: RUNS }
  )
})

/** Entries one by one, as a device does: rebuilding when the index asks for it. */
function arriving(logs: FakeLog, entries: readonly IndexEntry[]): Index {
  let index = Index.create(logs.options)
  for (const [i, entry] of entries.entries())
    if (index.apply(entry) === 'rebuild') index = rebuild(entries.slice(0, i + 1), logs.options).index
  return index
}

function applyAll(logs: FakeLog, entries: readonly IndexEntry[]): Index {
  const index = Index.create(logs.options)
  for (const entry of entries) assert.equal(index.apply(entry), 'applied')
  return index
}

/** Another order in which each entry still follows its past. */
function shuffle(entries: readonly IndexEntry[], choices: readonly number[]): IndexEntry[] {
  const left = [...entries]
  const done: IndexEntry[] = []
  while (left.length > 0) {
    const choice = choices[done.length % choices.length]!
    const ready = left.filter((entry) => !left.some((other) => entry.past.has(other.log, other.seq, other.hash)))
    const next = ready[choice % ready.length]!
    left.splice(left.indexOf(next), 1)
    done.push(next)
  }
  return done
}

/** The registers must hold exactly what Automerge holds. */
function assertAutomergeAgrees(index: Index): void {
  for (const doc of index.heads().keys()) {
    const document = index.document(doc)!
    assert.deepEqual(document.automerge.heads(), index.heads().get(doc))
    const keys = document.automerge.keys().sort()
    assert.deepEqual(keys, [...document.registers.entries()].map(([key]) => key).sort())
    for (const key of keys) {
      const own = document.registers
        .get(key)
        .map((held) => ({ id: `${held.counter}@${held.actor}`, value: held.value }))
      assert.deepEqual(byId(own), byId(document.automerge.valuesOf(key)))
    }
  }
}

function byId<T extends { id: string }>(values: T[]): T[] {
  return values.sort((a, b) => (a.id < b.id ? -1 : 1))
}

type Step =
  | { who: number; what: 'write'; edit: number; a: number; b: number }
  | { who: number; what: 'hear'; from: number }
  | { who: number; what: 'copied home'; from: number }

function storyOf(forks: boolean): fc.Arbitrary<Step[]> {
  const who = fc.nat(3)
  const write = fc.record({ who, what: fc.constant('write' as const), edit: fc.nat(7), a: fc.nat(6), b: fc.nat(6) })
  const hear = fc.record({ who, what: fc.constant('hear' as const), from: who })
  const copied = fc.record({ who, what: fc.constant('copied home' as const), from: who })
  const kinds = [
    { weight: 5, arbitrary: write },
    { weight: 3, arbitrary: hear }
  ]
  return fc.array(fc.oneof(...kinds, ...(forks ? [{ weight: 1, arbitrary: copied }] : [])), {
    minLength: 3,
    maxLength: forks ? 30 : 50,
    size: 'max'
  }) as fc.Arbitrary<Step[]>
}

interface Device {
  log: LogId
  seq: number
  heads: EntryHash[]
  held: IndexEntry[]
}

/**
 * What four devices write that hear from each other now and then. A home that is copied makes two devices write one log:
 * the copy is the one that then stops writing under its own.
 */
function tell(story: readonly Step[]): { logs: FakeLog; entries: IndexEntry[] } {
  const logs = new FakeLog(2)
  const entries: IndexEntry[] = []
  const devices = ['a', 'b', 'c', 'd'].map((name): Device => ({ log: logNamed(name), seq: 0, heads: [], held: [] }))
  for (const [number, step] of story.entries()) {
    const device = devices[step.who]!
    if (step.what === 'copied home') devices[step.who] = copyOf(devices[step.from]!)
    else if (step.what === 'hear') hear(device, devices[step.from]!)
    else {
      const index = arriving(logs, device.held)
      const intents = editOf(index, step, number)
      if (index.build(intents, { log: device.log, past: logs.past(device.heads) }) === undefined) continue
      const entry = logs.write(index, device.log, device.seq + 1, device.heads, intents, `${step.who} ${number}`)
      device.seq++
      device.heads = [entry.hash]
      device.held.push(entry)
      entries.push(entry)
    }
  }
  return { logs, entries }
}

function copyOf(device: Device): Device {
  return { ...device, heads: [...device.heads], held: [...device.held] }
}

function hear(device: Device, from: Device): void {
  const known = new Set(device.held.map((entry) => entry.hash))
  for (const entry of from.held) if (!known.has(entry.hash)) device.held.push(entry)
  const all = new Set([...device.heads, ...from.heads])
  device.heads = [...all].filter(
    (head) =>
      !device.held.some((entry) => all.has(entry.hash) && entry.hash !== head && isPast(entry, head, device.held))
  )
}

function isPast(entry: IndexEntry, head: EntryHash, held: readonly IndexEntry[]): boolean {
  const other = held.find((candidate) => candidate.hash === head)!
  return entry.past.has(other.log, other.seq, other.hash)
}

const NAMES = ['a', 'A', 'b.txt', '..', 'CON', 'e\u0301', '\u00e9']

/** Some edit that is possible now, or a new file. Written as intents by hand where the edits would refuse: others may be older or hostile. */
function editOf({ tree }: Index, { edit, a, b }: { edit: number; a: number; b: number }, number: number): Intent[] {
  const nodes = [...tree.walk(null)].map((step) => step.node).filter((node) => node.id !== '0'.repeat(32))
  const node = nodes[a % Math.max(nodes.length, 1)]
  const folders = nodes.filter((other) => other.kind === 'folder')
  const parent = b === 0 ? null : (folders[b % Math.max(folders.length, 1)]?.id ?? null)
  const name = NAMES[b]!
  const free = { parent, name: `n${number}` }
  const deleted = tree.deleted()
  if (edit === 0 || node === undefined) return makeFolder(tree, fileNamed(number), free, 1)
  if (edit === 1)
    return addFile(tree, fileNamed(number), free, contentNamed(number)).map((intent, i) =>
      i === 0 ? placeIntent(intent.key, parent, name) : intent
    )
  if (edit === 2 && node.kind !== 'folder') return replaceContent(tree, node.id, contentNamed(number))
  if (edit === 3) return [placeIntent(`p/${node.id}`, parent, name)]
  if (edit === 4) return remove(tree, node.id)
  if (edit === 5 && deleted.length > 0) return restore(tree, deleted[b % deleted.length]!.file, 1)
  if (edit === 6) return purge(tree, node.id).intents
  const target = { parent: folders[b % Math.max(folders.length, 1)]?.id ?? null, name: `m${number}` }
  const below = [...tree.walk(node.id)].some((step) => step.node.id === target.parent) || node.id === target.parent
  return below ? [placeIntent(`p/${node.id}`, target.parent, name)] : move(tree, node.id, target)
}

function placeIntent(key: string, parent: string | null, name: string): Intent {
  return { key, value: encodePlace({ parent: parent as Parameters<typeof encodePlace>[0]['parent'], name }) }
}
