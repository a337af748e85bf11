import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '@holdfast/core/base/bytes'
import { idBytes } from '@holdfast/core/base/ids'
import type { BlobId, VaultId } from '@holdfast/core/base/ids'
import { SIGN } from '@holdfast/core/base/labels'
import type { SignLabel } from '@holdfast/core/base/labels'
import { encodeHeadStatement } from '@holdfast/core/log/head-statement'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { sign, verify } from '@holdfast/core/proof/sign'
import { encodeBlobRequest, encodeIntent } from '@holdfast/core/sync/wire/blob-messages'
import type { BlobRequest } from '@holdfast/core/sync/wire/blob-messages'
import { decodeHaveReply, decodePutReply, PUT, splitGetReply } from '@holdfast/core/sync/wire/blob-replies'
import { memoryLinkPair } from '@holdfast/core/sync/testing/memory-link'
import { connect, exchange, until } from './scene/link.ts'
import { hostile } from './scene/malice.ts'
import { assertSame, picture } from './scene/picture.ts'
import type { Relay } from './scene/relay.ts'
import type { Device } from './scene/device.ts'
import { noise, twoDevicesAndRelay } from './scene/scene.ts'

test('A32 no signature of one kind passes for any other kind', async () => {
  const { laptop } = await twoDevicesAndRelay()
  const labels = Object.values(SIGN)
  const bytes = utf8('the same bytes')
  for (const made of labels) {
    const signature = await sign(made, laptop.secrets.seed, bytes)
    for (const taken of labels)
      assert.equal(await verify(taken, idBytes(laptop.id), bytes, signature), made === taken, `${made} as ${taken}`)
  }
})

test('A32 an upload intent, a head statement and an entry under a signature of another kind are refused', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ 'mine.txt': 'mine' })
  const ask = asker(phone, relay)
  const intent = {
    vault: phone.vault.id,
    device: phone.id,
    objects: [{ object: '00'.repeat(16) as never, bytes: 10 }],
    timeMs: 0
  }
  for (const label of Object.values(SIGN)) {
    const signature = await sign(label, phone.secrets.seed, encodeIntent(intent))
    const request = ask({ kind: 'intent', intent, signature })
    if (label === SIGN.intent) await request
    else await assert.rejects(request, { code: 'BAD_SIGNATURE' })
  }
  const before = picture(laptop)
  const statement = encodeHeadStatement({
    vault: phone.vault.id,
    device: phone.id,
    incarnation: phone.home.state.incarnation,
    number: 99,
    heads: [],
    timeMs: 0,
    daysSeen: 0
  })
  const asEntry: SignLabel = SIGN.entry
  const signature = await sign(asEntry, phone.secrets.seed, statement)
  const link = connect(laptop, phone, {
    hostile: hostile({
      says: (message) =>
        message.kind === 'idle'
          ? [message, { kind: 'statements', vault: phone.vault.id, statements: [{ bytes: statement, signature }] }]
          : [message]
    })
  })
  await until(
    () =>
      laptop.home.replica.peers.list().some(({ peer, lastLie }) => peer === phone.id && lastLie === 'BAD_SIGNATURE'),
    'the lie is named'
  )
  link.close()
  assert.deepEqual(picture(laptop), before)
  await laptop.write('after', 'x')
  await exchange(laptop, phone)
  assertSame(laptop, phone)
})

test('A32 a blob of one vault is neither given, confirmed nor taken in another', async () => {
  const { laptop, phone, relay } = await twoDevicesAndRelay({ big: noise(300_000) })
  const ask = asker(phone, relay)
  const personal = phone.vault.id
  const account = phone.home.state.accountVault
  const { manifest, object } = phone.content('big')
  const has = async (vault: VaultId): Promise<boolean> =>
    decodeHaveReply((await ask({ kind: 'have', vault, object: null, blobs: [manifest] })).header, 1)[0]!
  const gets = async (vault: VaultId): Promise<boolean> => {
    const reply = await ask({ kind: 'get', vault, blobs: [manifest] })
    return splitGetReply(reply.header, reply.body ?? new Uint8Array(), 1)[0] !== null
  }
  assert.deepEqual([await has(personal), await gets(personal)], [true, true])
  assert.deepEqual([await has(account), await gets(account)], [false, false])
  const bytes = utf8('nobody announced this')
  const blob = blake3Id<BlobId>(bytes)
  const put = await ask({ kind: 'put', vault: account, items: [{ object, blob, sizeBytes: bytes.length }] }, bytes)
  assert.deepEqual(decodePutReply(put.header, 1), [PUT.notWanted])
  assert.deepEqual(await relay.blobs.has([blob]), [false])
  const stranger = 'ab'.repeat(32) as VaultId
  for (const vault of [stranger])
    await assert.rejects(ask({ kind: 'get', vault, blobs: [manifest] }), { code: 'REFUSED' })
  assert.deepEqual(new Uint8Array(await laptop.bytes('big')), noise(300_000))
})

/** Questions of the blob protocol, asked by a member who makes up what to ask. */
function asker(member: Device, relay: Relay) {
  const [own, theirs] = memoryLinkPair(member.id, relay.id)
  relay.attach(theirs)
  return (request: BlobRequest, body?: Uint8Array) =>
    own.request(encodeBlobRequest(request), body === undefined ? {} : { body })
}
