import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fromHex, toHex } from '../base/bytes.ts'
import { isHoldfastError } from '../base/errors.ts'
import { decodeEntry, encodeEntry } from './entry.ts'
import type { Entry } from './entry.ts'
import { encodeHeader } from './header.ts'
import { encodeHeadStatement, verifyHeadStatement } from './head-statement.ts'
import { encodePinList } from './pin-list.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import { VaultLog } from './vault-log.ts'
import { encodeBody } from './write.ts'

interface Vectors {
  good: { name: string; hash: string; bytes: string }[]
  counted: string[]
  bad: { name: string; code: string; bytes: string }[]
  record: { hash: string; bytes: string }
  headStatement: { bytes: string; signature: string }
}

const vectors = JSON.parse(
  readFileSync(new URL('../../src/log/vectors/entries.json', import.meta.url), 'utf8')
) as Vectors

async function readAll(): Promise<VaultLog> {
  const [first, ...rest] = vectors.good
  const log = await VaultLog.fromGenesis(decodeEntry(fromHex(first!.bytes)))
  for (const { name, bytes } of rest) {
    const verdict = await log.verify(decodeEntry(fromHex(bytes)))
    assert.ok(verdict.kind === 'verified' || verdict.kind === 'forked', name)
    log.admit(verdict.entry)
  }
  return log
}

/** Every part written again from what was read of it. */
function rewritten({ header, bytes, pinList, body }: Entry): Uint8Array {
  const payload =
    body === null
      ? bytes.payload
      : body.kind === 'freeze'
        ? encodeBody({ kind: 'freeze', proof: body.headers })
        : encodeBody(body)
  return encodeEntry({
    header: encodeHeader(header),
    signature: bytes.signature,
    payload,
    pinList: pinList && encodePinList(pinList)
  })
}

test('old entries are read, accepted and counted as ever', async () => {
  const log = await readAll()
  assert.deepEqual(
    log.order(),
    vectors.good.map(({ hash }) => hash)
  )
  assert.deepEqual(log.counted(), vectors.counted)
})

for (const { name, bytes } of vectors.good) {
  test(`written again to the same bytes: ${name}`, () => {
    assert.equal(toHex(rewritten(decodeEntry(fromHex(bytes)))), bytes)
  })
}

for (const { name, code, bytes } of vectors.bad) {
  test(`refused: ${name}`, async () => {
    const log = await readAll()
    const before = log.order()
    await assert.rejects(
      async () => log.verify(decodeEntry(fromHex(bytes))),
      (error) => isHoldfastError(error) && error.code === code
    )
    assert.deepEqual(log.order(), before)
  })
}

test('object records and head statements keep their bytes', async () => {
  const record = decodeRecord(fromHex(vectors.record.bytes))
  assert.equal(record.hash, vectors.record.hash)
  assert.equal(toHex(encodeRecord(record)), vectors.record.bytes)
  const { bytes, signature } = vectors.headStatement
  const statement = await verifyHeadStatement({ bytes: fromHex(bytes), signature: fromHex(signature) })
  assert.equal(toHex(encodeHeadStatement(statement)), bytes)
})
