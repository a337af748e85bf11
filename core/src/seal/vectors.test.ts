import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fromHex, toHex } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { EpochId, ObjectId, VaultId } from '../base/ids.ts'
import { openContent } from './chunk-frame.ts'
import { openKeySlot } from './key-slot.ts'
import { encodeManifest } from './manifest.ts'
import { openManifest } from './manifest-blob.ts'
import { openPayload } from './payload.ts'

/** Frozen bytes of format version 1. A good vector is opened to what it says; a bad one, named by what is wrong with it, is refused with its code. */
type Vector<Fields> = { name: string; refused?: ErrorCode } & Fields
interface Vectors {
  keys: { convergence: string; object: string; slot: string; payload: string }
  object: ObjectId
  payloadAad: string
  chunks: Vector<{ key: string; blob: string; length: number; content?: string }>[]
  manifests: Vector<{ blob: string; commitment: string; canonical?: string }>[]
  slots: Vector<{ slot: string; vault: VaultId; object: ObjectId; epoch: EpochId; objectKey?: string }>[]
  payloads: Vector<{ sealed: string; bytes?: string }>[]
}

const vectors = JSON.parse(
  readFileSync(new URL('../../src/seal/vectors/sealed.json', import.meta.url), 'utf8')
) as Vectors
const keys = {
  object: fromHex(vectors.keys.object),
  slot: fromHex(vectors.keys.slot),
  payload: fromHex(vectors.keys.payload)
}

for (const vector of vectors.chunks) {
  await check('chunk', vector, vector.content, () =>
    openContent({ key: fromHex(vector.key), length: vector.length }, fromHex(vector.blob))
  )
}
for (const vector of vectors.manifests) {
  const expected = { object: vectors.object, commitment: fromHex(vector.commitment) }
  await check('manifest', vector, vector.canonical, async () =>
    encodeManifest(await openManifest(keys.object, fromHex(vector.blob), expected))
  )
}
for (const vector of vectors.slots)
  await check('key slot', vector, vector.objectKey, () => openKeySlot(keys.slot, fromHex(vector.slot), vector))
for (const vector of vectors.payloads) {
  await check('payload', vector, vector.bytes, () =>
    openPayload(keys.payload, fromHex(vector.sealed), fromHex(vectors.payloadAad))
  )
}

async function check(
  kind: string,
  { name, refused }: Vector<object>,
  expected: string | undefined,
  open: () => Promise<Uint8Array>
): Promise<void> {
  await test(`${kind}: ${name}`, async () => {
    if (refused !== undefined) await assert.rejects(open(), (error) => isHoldfastError(error, refused))
    else assert.equal(toHex(await open()), expected)
  })
}
