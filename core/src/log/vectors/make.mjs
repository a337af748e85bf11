// Writes entries.json: node core/src/log/vectors/make.mjs (after a build). What it holds is frozen: run it only to add.
import { writeFileSync } from 'node:fs'
import { fromHex, toHex, utf8 } from '@holdfast/core/base/bytes'
import { decode, encode } from '@holdfast/core/base/codec'
import { encodeEntry, entryHash } from '@holdfast/core/log/entry'
import { encodeHeader } from '@holdfast/core/log/header'
import { encodeHeadStatement } from '@holdfast/core/log/head-statement'
import { encodePinList } from '@holdfast/core/log/pin-list'
import { encodeRecord } from '@holdfast/core/log/record'
import * as t from '@holdfast/core/log/testing'
import { encodeBody, signEntry } from '@holdfast/core/log/write'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { sign } from '@holdfast/core/proof/sign'

const [anna, bert] = [await t.testAccount('anna'), await t.testAccount('bert')]
const [laptop, phone, other] = [await t.testDevice('laptop'), await t.testDevice('phone'), await t.testDevice('other')]
const genesis = await t.testGenesis(anna, laptop)
const a = await t.TestReplica.open(laptop, genesis)
const b = await t.TestReplica.open(phone, genesis, 2)

const good = [['genesis', genesis]]
const add = async (name, entry) => good.push([name, await entry])
const record = t.testRecord('object', ['one', 'two'])
const pinList = { records: [record.hash], unpins: [t.testObject('old')], shreds: [t.testObject('gone')] }
const relay = { peer: (await t.testDevice('relay')).id, name: 'pi', addresses: ['/ip4/127.0.0.1/tcp/4256'] }

await a.newEpoch('first')
good.push(['epoch', [...a.entries.values()].at(-1)])
await add('statement that certifies a device', a.say({ kind: 'import', signed: await t.certify(anna, phone, laptop) }))
await add(
  'statements that add a member with its device and name a relay',
  a.say(
    { kind: 'add', root: bert.root, recovery: bert.recovery, role: 'owner', name: 'Bert' },
    { kind: 'import', signed: await t.certify(bert, other) },
    { kind: 'relays', relays: [relay], copies: 1, repairAfterMs: 86_400_000 }
  )
)
const sealed = new Uint8Array(80)
await add(
  'wrap',
  a.write('wrap', { kind: 'wrap', epoch: a.log.writableEpoch(), wraps: [{ kind: 'device', id: phone.id, sealed }] })
)
await add('change with pin list', a.change('a sealed payload', pinList))
await b.pull(a)
await add('first entry of another device', b.change('by the phone'))
await a.pull(b)
await add('statement that only joins heads', a.say())
const documents = [{ number: 3, commitment: utf8('a commitment of thirty-two bytes') }]
const epoch = a.log.writableEpoch()
await add('change of an index document', a.write('change', utf8('x'), { epoch, documents }))
await add('checkpoint', a.write('checkpoint', utf8('y'), { epoch }))
const twinOf = b.log.draft({ device: phone.id, incarnation: b.incarnation, kind: 'statement', timeMs: 1 })
const empty = { kind: 'statement', statements: [] }
const twins = [await signEntry(twinOf, empty, phone.seed), await signEntry({ ...twinOf, timeMs: 2 }, empty, phone.seed)]
for (const twin of twins) {
  await a.take(twin)
  good.push(['one of two entries with one number', twin])
}
const proof = twins.map(({ bytes }) => ({ bytes: bytes.header, signature: bytes.signature }))
await add('freeze', a.write('freeze', { kind: 'freeze', proof }))
await add(
  'role, removal and revocation',
  a.say(
    { kind: 'role', account: bert.id, role: 'writer' },
    { kind: 'remove', account: bert.id, voidUnpinsFrom: [{ device: other.id, incarnation: b.incarnation, seq: 1 }] },
    { kind: 'import', signed: await t.revoke(anna, phone, laptop) }
  )
)

const bad = []
const refuse = (name, code, bytes) => bad.push({ name, code, bytes: toHex(bytes) })
const draft = (kind, more = {}) => ({
  ...a.log.draft({ device: laptop.id, incarnation: a.incarnation, kind, timeMs: 1 }),
  ...more
})
const refuseSigned = async (name, code, header, payload, seed = laptop.seed, list = null) =>
  refuse(name, code, encodeEntry((await signEntry(header, payload, seed, list)).bytes))
/** Signs header items as they are, whether they make sense or not. */
const refuseItems = async (name, code, change, payload = encodeBody(empty), list = null) => {
  const header = draft('statement', { payloadHash: blake3Id(payload), payloadBytes: payload.length })
  const items = [...decode(encodeHeader(header), 4096)]
  change(items)
  const bytes = encode(items)
  refuse(name, code, encode([bytes, await sign('entry', laptop.seed, bytes), payload, list]))
}
const last = good.at(-1)[1]
const valid = await signEntry(draft('statement'), empty, laptop.seed)
const parts = valid.bytes

await refuseItems('unknown version', 'UNSUPPORTED_VERSION', (items) => (items[0] = 2))
await refuseItems('vault of zeros outside a genesis', 'MALFORMED', (items) => (items[1] = new Uint8Array(32)))
await refuseItems('another vault', 'MALFORMED', (items) => (items[1] = new Uint8Array(32).fill(7)))
await refuseItems('number zero', 'MALFORMED', (items) => (items[4] = 0))
await refuseItems('number that skips one', 'CHAIN_BROKEN', (items) => items[4]++)
await refuseItems('first number with a previous entry', 'MALFORMED', (items) => (items[4] = 1))
await refuseItems('later number without a previous entry', 'MALFORMED', (items) => (items[5] = null))
await refuseItems('previous entry of another log', 'CHAIN_BROKEN', (items) => (items[5] = fromHex(twins[0].hash)))
await refuseItems(
  'seen in descending order',
  'MALFORMED',
  (items) => (items[6] = [new Uint8Array(32).fill(2), new Uint8Array(32).fill(1)])
)
await refuseItems(
  'more seen than fit',
  'MALFORMED',
  (items) => (items[6] = Array.from({ length: 17 }, (_, i) => new Uint8Array(32).fill(i)))
)
await refuseItems(
  'seen that the previous entry has in its past',
  'MALFORMED',
  (items) => (items[6] = [fromHex(good.find(([name]) => name === 'first entry of another device')[1].hash)])
)
await refuseItems('seen of its own log', 'MALFORMED', (items) => (items[6] = [fromHex(last.hash)]))
await refuseItems('unknown kind', 'MALFORMED', (items) => (items[7] = 7))
await refuseItems('epoch where none belongs', 'MALFORMED', (items) => (items[8] = new Uint8Array(32)))
await refuseItems('pin list where none belongs', 'MALFORMED', (items) => (items[9] = new Uint8Array(32)))
await refuseItems('payload size that is not its size', 'MALFORMED', (items) => items[11]++)
await refuseItems('document where none belongs', 'MALFORMED', (items) => (items[12] = [[0, new Uint8Array(32)]]))
await refuseItems('time before 1970', 'MALFORMED', (items) => (items[13] = -1))
await refuseItems('genesis in an entry that is none', 'MALFORMED', (items) => (items[14] = []))
await refuseItems('an item too many', 'MALFORMED', (items) => items.push(null))
refuse('trailing byte', 'MALFORMED', new Uint8Array([...encodeEntry(parts), 0]))
refuse('cut off', 'MALFORMED', encodeEntry(parts).slice(0, -1))
refuse(
  'header of another entry',
  'BAD_SIGNATURE',
  encodeEntry({ ...parts, header: encodeHeader({ ...valid.header, timeMs: 9 }) })
)
refuse('signature of zeros', 'BAD_SIGNATURE', encodeEntry({ ...parts, signature: new Uint8Array(64) }))
refuse(
  'signature with another label',
  'BAD_SIGNATURE',
  encodeEntry({ ...parts, signature: await sign('head statement', laptop.seed, parts.header) })
)
refuse('payload of another entry', 'HASH_MISMATCH', encodeEntry({ ...parts, payload: last.bytes.payload }))
refuse('payload left out', 'MALFORMED', encodeEntry({ ...parts, payload: null }))
refuse('pin list without a hash', 'MALFORMED', encodeEntry({ ...parts, pinList: encodePinList(pinList) }))
await refuseSigned(
  'change under an epoch nobody made',
  'MALFORMED',
  draft('change', { epoch: t.testEpoch('unknown') }),
  utf8('x')
)
await refuseSigned(
  'change by a removed member',
  'NOT_A_MEMBER',
  { ...draft('change', { epoch: t.testEpoch('first') }), device: other.id, seq: 1, prev: null, seen: [last.hash] },
  utf8('x'),
  other.seed
)
await refuseSigned(
  'entry of a frozen log by one who knows',
  'FORKED',
  { ...twinOf, seq: twinOf.seq + 1, prev: twins[0].hash, seen: [good.find(([name]) => name === 'freeze')[1].hash] },
  empty,
  phone.seed
)
await refuseSigned('epoch that leaves out a member', 'MALFORMED', draft('epoch'), {
  kind: 'epoch',
  epoch: t.testEpoch('bad'),
  parents: [],
  wraps: [{ kind: 'device', id: laptop.id, sealed }]
})
await refuseSigned('wrap for somebody who is no member', 'NOT_A_MEMBER', draft('wrap'), {
  kind: 'wrap',
  epoch: t.testEpoch('first'),
  wraps: [{ kind: 'device', id: phone.id, sealed }]
})
await refuseSigned('certificate for a revoked device', 'NOT_A_MEMBER', draft('statement'), {
  kind: 'statement',
  statements: [{ kind: 'import', signed: await t.certify(anna, phone) }]
})
await refuseSigned('certificate with another signature', 'BAD_SIGNATURE', draft('statement'), {
  kind: 'statement',
  statements: [{ kind: 'import', signed: { ...(await t.certify(anna, other)), signature: new Uint8Array(64) } }]
})
await refuseSigned('removal of the founder', 'NOT_A_MEMBER', draft('statement'), {
  kind: 'statement',
  statements: [{ kind: 'role', account: anna.id, role: 'reader' }]
})

const head = encodeHeadStatement({
  vault: a.log.vault,
  device: laptop.id,
  incarnation: a.incarnation,
  number: 1,
  heads: a.log.heads(),
  timeMs: 5,
  daysSeen: 2
})
const file = {
  about:
    'Entries of one vault in a causal order, each accepted; then entries refused after them, named by what is wrong.',
  good: good.map(([name, { bytes }]) => ({ name, hash: entryHash(bytes), bytes: toHex(encodeEntry(bytes)) })),
  counted: a.log.counted(),
  bad,
  record: { hash: record.hash, bytes: toHex(encodeRecord(record)) },
  headStatement: { bytes: toHex(head), signature: toHex(await sign('head statement', laptop.seed, head)) }
}
writeFileSync(new URL('entries.json', import.meta.url), `${JSON.stringify(file, null, 1)}\n`)
