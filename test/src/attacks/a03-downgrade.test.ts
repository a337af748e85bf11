import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '@holdfast/core/base/bytes'
import { asArray, decode, encode } from '@holdfast/core/base/codec'
import { LIMITS } from '@holdfast/core/base/limits'
import { unwrapWithPassphrase, wrapWithPassphrase } from '@holdfast/core/secret/key-box'
import { systemRandom } from '@holdfast/node/home/platform'
import { changeEntries, reencoded } from './scene/malice.ts'
import { stage, withstands } from './scene/withstand.ts'

test('A3 A22 a key box whose cost, kind or version was lowered is refused, the same passphrase makes another box each time, a wrong one opens nothing', async () => {
  const secret = utf8('device secrets')
  const box = await wrapWithPassphrase('correct horse', secret, systemRandom)
  const [version, kind, memory, passes, lanes, salt, sealed] = asArray(decode(box, LIMITS.keyBoxBytes), 7)
  assert.ok(Number(memory) >= LIMITS.argonFloorMemoryKiB && Number(passes) >= LIMITS.argonFloorPasses)
  const changed = [
    [version, kind, 8, passes, lanes, salt, sealed],
    [version, kind, memory, 1, lanes, salt, sealed],
    [version, kind, memory, passes, 0, salt, sealed],
    [version, kind, 2 ** 31, passes, lanes, salt, sealed]
  ]
  for (const items of changed)
    await assert.rejects(unwrapWithPassphrase('correct horse', encode(items as never)), { code: 'MALFORMED' })
  for (const other of [
    [0, kind],
    [version, 'scrypt']
  ]) {
    const box = encode([...other, memory, passes, lanes, salt, sealed] as never)
    await assert.rejects(unwrapWithPassphrase('correct horse', box), { code: 'UNSUPPORTED_VERSION' })
  }
  await assert.rejects(unwrapWithPassphrase('wrong horse', box), { code: 'WRONG_PASSPHRASE' })
  const again = await wrapWithPassphrase('correct horse', secret, systemRandom)
  assert.notDeepEqual(asArray(decode(again, LIMITS.keyBoxBytes), 7)[5], salt)
  assert.deepEqual(await unwrapWithPassphrase('correct horse', box), secret)
})

test('A3 an entry that a relay says is of another version of the format is refused', async () => {
  const all = await stage()
  for (const version of [0, 2]) {
    await withstands(
      `version ${version}`,
      all,
      changeEntries((bytes) => ({
        entry: { ...bytes, header: reencoded(bytes.header, (items) => (items[0] = version)) }
      }))
    )
  }
})
