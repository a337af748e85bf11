import assert from 'node:assert/strict'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { after, test } from 'node:test'
import type { FileId } from '@holdfast/core/base/ids'
import { encode } from '@holdfast/core/base/codec'
import { toHex } from '@holdfast/core/base/bytes'
import type { Intent } from '@holdfast/core/index/edits'
import { contentKey, placeKey } from '@holdfast/core/index/keys'
import { isAllowed, nameKey } from '@holdfast/core/index/names'
import { encodeContent, encodePlace } from '@holdfast/core/index/records'
import { get } from '@holdfast/node/operations/get'
import type { OperationIo } from '@holdfast/core/operations/operation'
import { systemRandom } from '@holdfast/node/home/platform'
import type { Device } from './scene/device.ts'
import { plant, plantIntents } from './scene/forge.ts'
import { exchange } from './scene/link.ts'
import { assertSame } from './scene/picture.ts'
import { twoDevicesAndRelay } from './scene/scene.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-names-'))
after(() => rm(folder, { recursive: true, force: true }))

/** Names that lead out of a folder, hide what they are, collide, or that some system cannot keep. */
const NAMES = [
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  '',
  '.',
  '..',
  '/',
  'a/b',
  '../../etc/passwd',
  '/etc/passwd',
  '..\\..\\x',
  'nul\0byte',
  'line\nbreak',
  'bell\u0007',
  '\u001b[2J',
  'gpj\u202eexe.txt',
  '\u2066isolate',
  '\u200emark',
  'mid\ufeffbom',
  '\u2028line',
  'dot.',
  'space ',
  'many. . .',
  'CON',
  'con.txt',
  'nul',
  'COM1',
  'lpt9.log',
  'aux ',
  'conin$',
  '\u00e9',
  'e\u0301',
  'Same',
  'SAME',
  'same',
  'stra\u00dfe',
  'STRASSE',
  'x'.repeat(256),
  '\u{1F600}'.repeat(64)
]

test('A20 whatever names a member writes, they never leave the folder, every device shows the same safe ones, and the user is told', async () => {
  const { laptop, phone: member } = await twoDevicesAndRelay({ 'mine.txt': 'mine' })
  await member.write('bait.txt', 'bait')
  const bait = member.content('bait.txt')
  const files = NAMES.map((name) => ({ name, id: newFileId() }))
  const intents = ({ name, id }: { name: string; id: FileId }): Intent[] => [
    { key: placeKey(id), value: encodePlace({ parent: null, name }) },
    { key: contentKey(id), value: encodeContent({ ...bait, mtimeMs: 1 }) }
  ]
  await plantIntents(member, files.flatMap(intents))
  const tooLong = { name: 'x'.repeat(70_000), id: newFileId() }
  const voided = await plant(member, {
    plain: encode([1, [[0, [[placeKey(tooLong.id), encode([1, null, tooLong.name]), []]]]]]),
    commitments: [{ number: 0, commitment: new Uint8Array(32) }]
  })
  await exchange(laptop, member)
  assertSame(laptop, member)
  assert.deepEqual(
    laptop.vault.problems().voids.map(({ entry }) => entry),
    [voided]
  )
  const { tree } = laptop.vault.index
  const told = new Set(tree.renamed().map(({ file }) => file))
  const shown = files.map(({ name, id }) => ({ name, id, node: tree.node(id) }))
  for (const { name, id, node } of shown) {
    assert.ok(node !== undefined, JSON.stringify(name))
    assert.ok(isAllowed(node.name), JSON.stringify(node.name))
    assert.equal(node.name !== name, told.has(id), `${JSON.stringify(name)} is shown as ${JSON.stringify(node.name)}`)
  }
  const keys = tree.list(null).map((node) => nameKey(node.name))
  assert.equal(new Set(keys).size, keys.length, 'two names that some system takes for one')
  assert.ok(told.size > 20)

  const out = join(folder, 'out')
  const events = await gotten(laptop, out)
  assertInside(out)
  assert.equal(readFileSync(join(out, 'mine.txt'), 'utf8'), 'mine')
  assert.equal(readdirSync(out).length, tree.list(null).length)
  assert.ok(events.filter(({ type }) => type === 'renamed').length > 20)
  assert.deepEqual(readdirSync(folder), ['out'])
})

test('A20 a folder tree deeper than any path, folders in each other, and links that lead out stay inside and are named', async () => {
  const { laptop, phone: member } = await twoDevicesAndRelay({ 'mine.txt': 'mine' })
  const before = laptop.content('mine.txt')
  const deep = Array.from({ length: 400 }, newFileId)
  const folderValue = encodeContent({ kind: 'folder', mtimeMs: 0 })
  await plantIntents(
    member,
    deep.flatMap((id, at) => [
      { key: placeKey(id), value: encodePlace({ parent: deep[at - 1] ?? null, name: 'd' }) },
      { key: contentKey(id), value: folderValue }
    ])
  )
  const [a, b] = [newFileId(), newFileId()]
  await plantIntents(
    member,
    [
      [a, b],
      [b, a]
    ].flatMap(([id, parent]) => [
      { key: placeKey(id!), value: encodePlace({ parent: parent!, name: 'circle' }) },
      { key: contentKey(id!), value: folderValue }
    ])
  )
  for (const [at, target] of ['/etc', '../..', 'd/../../..', '..'].entries()) {
    await member.vault.addTree(one({ path: [`link ${at}`], kind: 'link', target, mtimeMs: 0 }), [])
  }
  await exchange(laptop, member)
  assertSame(laptop, member)
  const { tree } = laptop.vault.index
  assert.ok([...tree.walk(null)].every(({ path }) => path.length <= 256))
  assert.ok(tree.renamed().some(({ moved }) => moved === 'too deep'))
  assert.ok(tree.renamed().some(({ moved }) => moved === 'folder in itself'))
  assert.deepEqual(laptop.content('mine.txt'), before)
  const out = join(folder, 'deep')
  const events = await gotten(laptop, out, ['mine.txt', 'link 0', 'link 1', 'link 2', 'link 3'])
  assertInside(out)
  assert.equal(events.filter(({ type }) => type === 'link-outside').length, 4)
  assert.deepEqual(readdirSync(out), ['mine.txt'])
})

function newFileId(): FileId {
  return toHex(systemRandom.bytes(16)) as FileId
}

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item
}

async function gotten(device: Device, out: string, names?: readonly string[]): Promise<{ type: string }[]> {
  const events: { type: string }[] = []
  const io: OperationIo = {
    emit: async (event) => void events.push(event),
    progress: () => undefined,
    write: async () => undefined,
    async *input() {},
    ask: async () => true,
    signal: new AbortController().signal
  }
  await get(device.engine, { paths: names?.map((name) => [name]) ?? [[]], out, contents: names === undefined }, io)
  return events
}

/** Everything below the folder really lies there, links followed. */
function assertInside(root: string): void {
  const real = realpathSync(root)
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const path = join(root, name)
    const at = lstatSync(path).isSymbolicLink() ? path : realpathSync(path)
    assert.ok(at.startsWith(real + sep) || at.startsWith(root + sep), at)
  }
}
