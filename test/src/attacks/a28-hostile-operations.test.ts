import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '@holdfast/core/base/codec'
import type { FileId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import { actorOf } from '@holdfast/core/index/entry'
import { contentKey, docOf, placeKey } from '@holdfast/core/index/keys'
import type { DocumentChange, Operation } from '@holdfast/core/index/operations'
import { encodeOperations } from '@holdfast/core/index/operations'
import { encodeContent, encodePlace } from '@holdfast/core/index/records'
import { logIdOf } from '@holdfast/core/base/ids'
import type { Device } from './scene/device.ts'
import { plant } from './scene/forge.ts'
import type { Forgery } from './scene/forge.ts'
import { exchange } from './scene/link.ts'
import { assertSame } from './scene/picture.ts'
import { twoDevicesAndRelay } from './scene/scene.ts'

test('A28 whatever a member puts into its entries, a bad one is refused by name, changes nothing, and the index loads after a restart', async () => {
  const { laptop, phone: member } = await twoDevicesAndRelay({ 'mine.txt': 'mine' })
  const before = tree(laptop)
  const all = Object.entries(hostileForgeries(member, laptop))
  const planted = new Map<string, string>()
  for (const [name, forgery] of all) planted.set(await plant(member, forgery), name)
  await exchange(laptop, member)
  const { voids } = laptop.vault.problems()
  for (const [entry, name] of planted) {
    const found = voids.find((one) => one.entry === entry)
    assert.ok(found !== undefined, `not refused: ${name}`)
    assert.equal(found.writer, member.id)
    assert.ok(
      ['BAD_OPERATION', 'MALFORMED', 'TOO_LARGE', 'DECRYPT_FAILED', 'UNSUPPORTED_VERSION'].includes(found.code),
      `${name}: ${found.code}`
    )
  }
  assert.deepEqual(tree(laptop), before)
  await laptop.restart()
  assert.deepEqual(tree(laptop), before)
  assert.equal(laptop.vault.problems().voids.length, all.length)
  await laptop.write('later.txt', 'goes on')
  await laptop.vault.move(['mine.txt'], ['renamed.txt'])
  await exchange(laptop, member)
  assertSame(laptop, member)
  assert.equal(await laptop.text('renamed.txt'), 'mine')
})

test('A28 a payload of the largest size, of nothing but nesting or lengths, costs no more than a refusal', async () => {
  const { laptop, phone: member } = await twoDevicesAndRelay()
  const nested = new Uint8Array(100_000).fill(0x81)
  const lengths = Uint8Array.of(0x82, 0x01, 0x9a, 0xff, 0xff, 0xff, 0xff)
  const zeros = new Uint8Array(LIMITS.payloadBytes - LIMITS.payloadBytes / 8)
  for (const plain of [nested, lengths, zeros]) await plant(member, { plain, commitments: FITS })
  await exchange(laptop, member)
  assert.deepEqual(
    laptop.vault.problems().voids.map(({ code }) => code),
    ['MALFORMED', 'MALFORMED', 'MALFORMED']
  )
})

const FITS = [{ number: 0, commitment: new Uint8Array(32) }]
const OTHER = '00112233445566778899aabbccddeeff' as FileId

function hostileForgeries(member: Device, laptop: Device): Record<string, Forgery> {
  const { index } = member.vault
  const { id: file } = index.tree.resolve(['mine.txt'])!
  const doc = docOf(file, 16)
  const { vault } = index.options
  const actor = actorOf(vault, logIdOf(laptop.id, laptop.home.state.incarnation))
  const own = actorOf(vault, logIdOf(member.id, member.home.state.incarnation))
  const value = encodeContent({ kind: 'folder', mtimeMs: 0 })
  const key = contentKey(file)
  const commitments = [{ number: doc, commitment: new Uint8Array(32) }]
  const one = (operation: Operation): Forgery => ({ plain: [{ doc, operations: [operation] }], commitments })
  const raw = (plain: Uint8Array): Forgery => ({ plain, commitments })
  const good: DocumentChange = { doc, operations: [{ key, value, preds: [] }] }
  return {
    'bytes of noise': raw(Uint8Array.of(1, 2, 3, 4)),
    'another version': raw(encode([2, []])),
    'trailing bytes': raw(Uint8Array.of(...encodeOperations([good]), 0)),
    'a payload under another key': { plain: [good], commitments, payloadKey: new Uint8Array(32).fill(7) },
    'another change than it commits to': one({ key, value, preds: [] }),
    'a document it does not name': { plain: [{ ...good, doc: (doc + 1) % 16 }], commitments },
    'no operation at all': { plain: [], commitments },
    'an operation number that takes all memory': raw(encode([1, [[doc, [[key, value, [[1e8, new Uint8Array(16)]]]]]]])),
    'the highest operation number there is': one({ key, value, preds: [{ counter: LIMITS.operationCounter, actor }] }),
    'an operation that was never made': one({ key, value, preds: [{ counter: 999, actor }] }),
    'an operation of its own future': one({ key, value, preds: [{ counter: 1, actor: own }] }),
    'an operation of nobody': one({ key, value, preds: [{ counter: 1, actor: 'ff'.repeat(16) as typeof own }] }),
    'a delete of nothing': one({ key: placeKey(OTHER), value: null, preds: [] }),
    'a key of the object prototype': one({ key: '__proto__', value, preds: [] }),
    'a key of no known form': one({ key: `z/${file}`, value, preds: [] }),
    'a record of another form': one({ key, value: Uint8Array.of(0x80), preds: [] }),
    'a place where content belongs': one({ key, value: encodePlace({ parent: null, name: 'x' }), preds: [] }),
    'more operations than one entry takes': {
      plain: [
        {
          doc,
          operations: Array.from({ length: LIMITS.operationsPerEntry + 1 }, () => ({ key, value: null, preds: [] }))
        }
      ],
      commitments
    }
  }
}

function tree(device: Device): unknown {
  return [...device.vault.index.tree.walk(null)].map(({ path, node }) => [path, node.id, node.content])
}
