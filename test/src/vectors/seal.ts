/**
 * Writes the vectors of the sealed formats to standard output; how core/src/seal/vectors/sealed.json was made:
 * `node test/dist/vectors/seal.js`. Version 1's file is frozen: a new version gets a file of its own.
 */
import { deflateRawSync } from 'node:zlib'
import { concat, fromHex, toHex, utf8 } from '@holdfast/core/base/bytes'
import { encode } from '@holdfast/core/base/codec'
import type { Value } from '@holdfast/core/base/codec'
import { idFromBytes } from '@holdfast/core/base/ids'
import type { EpochId, ObjectId, VaultId } from '@holdfast/core/base/ids'
import { DERIVE } from '@holdfast/core/base/labels'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { sealChunk, sealWithFreshSalt } from '@holdfast/core/secret/aead'
import type { DeriveLabel } from '@holdfast/core/secret/aead'
import { frameChunk } from '@holdfast/core/seal/chunk-frame'
import { sealKeySlot } from '@holdfast/core/seal/key-slot'
import { encodeManifest } from '@holdfast/core/seal/manifest'
import type { Chunk, Manifest } from '@holdfast/core/seal/manifest'
import { manifestCommitment } from '@holdfast/core/seal/manifest-blob'
import { padded } from '@holdfast/core/seal/padded'
import { filled, flipped, frame, same } from './damage.ts'
import type { Change } from './damage.ts'

type Refused = 'MALFORMED' | 'TOO_LARGE' | 'UNSUPPORTED_VERSION' | 'DECRYPT_FAILED' | 'COMMITMENT_MISMATCH'

const MAX_CHUNK_BYTES = 2 * 1024 * 1024
const keys = { convergence: filled(0x11), object: filled(0x22), slot: filled(0x33), payload: filled(0x44) }
const object = idFromBytes<ObjectId>(filled(0x55, 16), 16)
const vault = idFromBytes<VaultId>(filled(0x66))
const epoch = idFromBytes<EpochId>(filled(0x77))
const payloadAad = utf8('canonical header')
let drawn = 0
const random = { bytes: (length: number) => Uint8Array.from({ length }, () => drawn++) }

const out = {
  keys: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, toHex(key)])),
  object,
  payloadAad: toHex(payloadAad),
  chunks: await chunks(),
  manifests: await manifests(),
  slots: await slots(),
  payloads: await payloads()
}
process.stdout.write(`${JSON.stringify(out, null, 1)}\n`)

async function chunks(): Promise<object[]> {
  const vectors: object[] = []
  const content = utf8('a small chunk of content, kept for ever')
  const length = content.length
  const add = async (
    name: string,
    exactBytes: Uint8Array,
    expected: { content: Uint8Array } | { refused: Refused }
  ): Promise<void> => {
    const { key, blob } = await sealChunk(keys.convergence, exactBytes)
    if ('content' in expected)
      vectors.push({
        name,
        key: toHex(key),
        blob: toHex(blob),
        length: expected.content.length,
        content: toHex(expected.content)
      })
    else vectors.push({ name, key: toHex(key), blob: toHex(blob), length, ...expected })
  }
  const refuse = (name: string, exactBytes: Uint8Array, refused: Refused = 'MALFORMED'): Promise<void> =>
    add(name, exactBytes, { refused })

  const text = utf8('again and '.repeat(8))
  const shorter = deflateRawSync(content.subarray(1))
  const bomb = deflateRawSync(new Uint8Array(1_000_000))
  const good = frame({ content: length, stored: content })
  await add('good', concat(...(await frameChunk(content))), { content })
  await add('good, deflated', frame({ codec: 1, content: text.length, stored: deflateRawSync(text) }), {
    content: text
  })
  await refuse('padding-not-zero', flipped(good, -1))
  await refuse('padded-to-another-length', concat(good, new Uint8Array(16)))
  await refuse('not-padded', frame({ content: 41, stored: filled(0x78, 41), total: 51 }))
  await refuse('length-lies', frame({ content: length + 1, stored: content }))
  await refuse('length-other-than-the-manifest-says', frame({ content: length - 1, stored: content.subarray(1) }))
  await refuse(
    'stored-bytes-past-the-end',
    frame({ content: length, storedLength: length + 500, stored: content, total: 64 })
  )
  await refuse(
    'content-over-the-maximum',
    frame({ codec: 1, content: MAX_CHUNK_BYTES + 1, stored: content }),
    'TOO_LARGE'
  )
  await refuse('no-content', frame({ content: 0, stored: new Uint8Array(0) }))
  await refuse('inflate-bomb', frame({ codec: 1, content: length, stored: bomb }))
  await refuse('inflates-to-less', frame({ codec: 1, content: length, stored: shorter }))
  await refuse('damaged-deflate', frame({ codec: 1, content: length, stored: filled(255, 4) }))
  await refuse('unknown-codec', frame({ codec: 2, content: length, stored: content }))
  await refuse('unknown-frame-version', frame({ version: 2, content: length, stored: content }), 'UNSUPPORTED_VERSION')
  await refuse('shorter-than-a-frame', filled(1, 9))

  const sealed = await sealChunk(keys.convergence, good)
  const other = await sealChunk(keys.convergence, frame({ content: length, stored: flipped(content, 0) }))
  const stored = (name: string, blob: Uint8Array, refused: Refused): unknown =>
    vectors.push({ name, key: toHex(sealed.key), blob: toHex(blob), length, refused })
  stored('swapped-chunk', other.blob, 'DECRYPT_FAILED')
  stored('changed-ciphertext', flipped(sealed.blob, 20), 'DECRYPT_FAILED')
  stored('changed-tag', flipped(sealed.blob, -1), 'DECRYPT_FAILED')
  stored('unknown-version', flipped(sealed.blob, 0, 3), 'UNSUPPORTED_VERSION')
  stored('truncated', sealed.blob.subarray(0, -1), 'DECRYPT_FAILED')
  stored('truncated-to-nothing', new Uint8Array(0), 'MALFORMED')
  return vectors
}

async function manifests(): Promise<object[]> {
  const vectors: object[] = []
  const inline = encodeManifest({
    object,
    kind: 'file',
    size: 5,
    gateEpoch: null,
    epochs: [],
    content: { inline: utf8('hello') }
  })
  const two = [chunk(1, 1000), chunk(2, 2000)]
  const listed: Manifest = {
    object,
    kind: 'file',
    size: 3000,
    gateEpoch: epoch,
    epochs: [epoch],
    content: { chunks: two }
  }
  const canonical = encodeManifest(listed)
  const fields = {
    version: 1,
    object: fromHex(object),
    kind: 0,
    size: 3000,
    gate: fromHex(epoch),
    epochs: [fromHex(epoch)],
    content: [1, two.map(chunkValue)]
  }
  const changed = (change: Record<string, Value>): Uint8Array =>
    encode(Object.values({ ...fields, ...change }) as Value[])

  interface Options {
    plaintext?: Uint8Array
    key?: Uint8Array
    label?: DeriveLabel
    aad?: Uint8Array
    commitment?: Uint8Array
    change?: Change
  }
  const add = async (name: string, bytes: Uint8Array, refused?: Refused, options: Options = {}): Promise<void> => {
    const {
      plaintext = concat(...padded(bytes)),
      key = keys.object,
      label = DERIVE.manifest,
      aad = fromHex(object),
      change = same
    } = options
    const blob = change(await sealWithFreshSalt(label, key, plaintext, aad, random))
    const commitment = options.commitment ?? manifestCommitment(keys.object, bytes)
    vectors.push({
      name,
      blob: toHex(blob),
      commitment: toHex(commitment),
      ...(refused === undefined ? { canonical: toHex(bytes) } : { refused })
    })
  }

  await add('good, inline', inline)
  await add('good, chunks', canonical)
  await add('wrong-object-id', inline, 'DECRYPT_FAILED', { aad: new Uint8Array(16) })
  await add('names-another-object', changed({ object: new Uint8Array(16) }), 'MALFORMED')
  await add('another-commitment', canonical, 'COMMITMENT_MISMATCH', {
    commitment: manifestCommitment(keys.object, inline)
  })
  await add('commitment-under-another-key', canonical, 'COMMITMENT_MISMATCH', {
    commitment: manifestCommitment(keys.convergence, canonical)
  })
  await add('sealed-under-another-key', canonical, 'DECRYPT_FAILED', { key: keys.convergence })
  await add('sealed-for-another-use', canonical, 'DECRYPT_FAILED', { label: DERIVE.keySlot })
  await add('truncated', canonical, 'DECRYPT_FAILED', { change: (blob) => blob.subarray(0, -1) })
  await add('truncated-to-the-salt', canonical, 'MALFORMED', { change: (blob) => blob.subarray(0, 33) })
  await add('changed-salt', canonical, 'DECRYPT_FAILED', { change: (blob) => flipped(blob, 5) })
  await add('changed-nonce', canonical, 'DECRYPT_FAILED', { change: (blob) => flipped(blob, 40) })
  await add('unknown-version', canonical, 'UNSUPPORTED_VERSION', { change: (blob) => flipped(blob, 0, 3) })
  await add('padding-not-zero', canonical, 'MALFORMED', { plaintext: flipped(concat(...padded(canonical)), -1) })
  await add('padded-to-another-length', canonical, 'MALFORMED', {
    plaintext: concat(...padded(canonical), new Uint8Array(8))
  })
  await add('length-lies', canonical, 'MALFORMED', { plaintext: flipped(concat(...padded(canonical)), 0, 0x80) })
  await add('unknown-manifest-version', changed({ version: 2 }), 'UNSUPPORTED_VERSION')
  await add('unknown-kind', changed({ kind: 3 }), 'MALFORMED')
  await add('unknown-content-form', changed({ content: [3, []] }), 'MALFORMED')
  await add('lengths-do-not-add-up', changed({ size: 3001 }), 'MALFORMED')
  await add(
    'chunk-of-no-length',
    changed({ size: 1000, content: [1, [chunkValue(chunk(1, 1000)), chunkValue(chunk(2, 0))]] }),
    'MALFORMED'
  )
  await add(
    'chunk-over-the-maximum',
    changed({ size: MAX_CHUNK_BYTES + 1, content: [1, [chunkValue(chunk(1, MAX_CHUNK_BYTES + 1))]] }),
    'MALFORMED'
  )
  await add('epoch-past-the-list', changed({ content: [1, [chunkValue(chunk(1, 3000, 1))]] }), 'MALFORMED')
  await add('no-gate-epoch', changed({ gate: null }), 'MALFORMED')
  await add(
    'page-not-full',
    changed({
      size: 4200,
      content: [
        2,
        [
          [filled(0x77), 4095, 4100],
          [filled(0x77), 1, 100]
        ]
      ]
    }),
    'MALFORMED'
  )
  await add('one-item-too-many', changed({ more: 0 }), 'MALFORMED')
  await add('not-canonical', withLongerSize(inline), 'MALFORMED')
  await add('trailing-bytes', concat(canonical, Uint8Array.of(0)), 'MALFORMED')
  return vectors
}

async function slots(): Promise<object[]> {
  const place = { vault, object, epoch }
  const slot = await sealKeySlot(keys.slot, keys.object, place, random)
  const aad = encode([fromHex(vault), fromHex(object), fromHex(epoch)])
  const elsewhere = await sealWithFreshSalt(DERIVE.payload, keys.slot, keys.object, aad, random)
  return [
    { name: 'good', slot: toHex(slot), ...place, objectKey: toHex(keys.object) },
    { name: 'another-vault', slot: toHex(slot), ...place, vault: '00'.repeat(32), refused: 'DECRYPT_FAILED' },
    { name: 'another-object', slot: toHex(slot), ...place, object: '00'.repeat(16), refused: 'DECRYPT_FAILED' },
    { name: 'another-epoch', slot: toHex(slot), ...place, epoch: '00'.repeat(32), refused: 'DECRYPT_FAILED' },
    { name: 'truncated', slot: toHex(slot.subarray(0, -1)), ...place, refused: 'MALFORMED' },
    { name: 'too-long', slot: toHex(concat(slot, Uint8Array.of(0))), ...place, refused: 'MALFORMED' },
    { name: 'changed-ciphertext', slot: toHex(flipped(slot, 50)), ...place, refused: 'DECRYPT_FAILED' },
    { name: 'unknown-version', slot: toHex(flipped(slot, 0, 3)), ...place, refused: 'UNSUPPORTED_VERSION' },
    { name: 'sealed-for-another-use', slot: toHex(elsewhere), ...place, refused: 'DECRYPT_FAILED' }
  ]
}

async function payloads(): Promise<object[]> {
  const vectors: object[] = []
  const bytes = utf8('operations')
  const stored = concat(Uint8Array.of(0), bytes)
  const plaintext = concat(...padded(stored, 256))
  const small = new Uint8Array(deflateRawSync(bytes))
  const deflated = (length: number, content = small): Uint8Array =>
    concat(...padded(concat(Uint8Array.of(1, 0, length >> 16, (length >> 8) & 255, length & 255), content), 256))
  const add = async (
    name: string,
    content: Uint8Array,
    refused?: Refused,
    change: Change = same,
    label: DeriveLabel = DERIVE.payload,
    aad = payloadAad
  ): Promise<void> => {
    const sealed = change(await sealWithFreshSalt(label, keys.payload, content, aad, random))
    vectors.push({ name, sealed: toHex(sealed), ...(refused === undefined ? { bytes: toHex(bytes) } : { refused }) })
  }
  await add('good', plaintext)
  await add('another-header', plaintext, 'DECRYPT_FAILED', same, DERIVE.payload, utf8('another header'))
  await add('padding-not-zero', flipped(plaintext, -1), 'MALFORMED')
  await add('under-the-least-padding', concat(...padded(stored)), 'MALFORMED')
  await add('deflated', deflated(bytes.length))
  await add('unknown-codec', concat(...padded(concat(Uint8Array.of(2), bytes), 256)), 'MALFORMED')
  await add('no-codec', concat(...padded(new Uint8Array(0), 256)), 'MALFORMED')
  await add('deflated-to-less', deflated(bytes.length + 1), 'MALFORMED')
  await add('deflated-to-more', deflated(bytes.length - 1), 'MALFORMED')
  await add('deflated-to-nothing', deflated(0), 'MALFORMED')
  await add('deflated-over-the-limit', deflated(2 * 1024 * 1024 + 1), 'TOO_LARGE')
  await add('deflated-cut-short', deflated(bytes.length, small.subarray(0, -2)), 'MALFORMED')
  await add('length-lies', flipped(plaintext, 0, 0x80), 'MALFORMED')
  await add('length-up-to-the-end', flipped(plaintext, 2), 'MALFORMED')
  await add('truncated', plaintext, 'DECRYPT_FAILED', (sealed) => sealed.subarray(0, -1))
  await add('truncated-before-the-tag', plaintext, 'MALFORMED', (sealed) => sealed.subarray(0, 60))
  await add('changed-ciphertext', plaintext, 'DECRYPT_FAILED', (sealed) => flipped(sealed, 60))
  await add('unknown-version', plaintext, 'UNSUPPORTED_VERSION', (sealed) => flipped(sealed, 0, 3))
  await add('sealed-for-another-use', plaintext, 'DECRYPT_FAILED', same, DERIVE.checkpoint)
  return vectors
}

function chunk(number: number, length: number, epochIndex = 0): Chunk {
  return { blob: blake3Id(Uint8Array.of(number)), key: filled(number), epoch: epochIndex, length }
}

function chunkValue({ blob, key, epoch: epochIndex, length }: Chunk): Value {
  return [fromHex(blob), key, epochIndex, length]
}

/** The size 5 of the inline manifest in three bytes instead of one. */
function withLongerSize(canonical: Uint8Array): Uint8Array {
  const at = toHex(canonical).indexOf(object) / 2 + 17
  return concat(canonical.subarray(0, at), Uint8Array.of(0x19, 0, 5), canonical.subarray(at + 1))
}
