import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '../base/bytes.ts'
import { DERIVE } from '../base/labels.ts'
import { blake3, deriveKey } from '../proof/blake3.ts'
import { epochIdOf, epochKeysOf } from './epoch.ts'

const FROZEN: Record<string, string> = {
  id: '9f818cadec0e15aa72d9b8923492c33167a590599e92126e639a04a02d1bc3c8',
  convergence: 'ea75ab71d9ed0e3572b77d6acbb856827e7463d6bc092f9ed8425f145c0d55e5',
  gate: 'da26e1297ed2289da77adaf8593ea2bb',
  payload: 'c2afcbbd05365fb7dfbe46c4a6898c3580edcc75b92ad738c005e6c088326bc9',
  keySlot: '3b841e190b9de8e64572b8054f1c5952e2af1c9e198c22007fc672d11722d88e',
  change: 'b7a3305695be609c260656f3284a3c1a244dfba1e829b79f9144364861724a37',
  parentEpoch: 'a6cab38c37aa0aba4041cba8a3bbb13c0cb11a556dd7bcff56534bde09ab7dba',
  checkpoint: '9abd85b99210ef2c9d86487bdbc53ff0f0ca4aa5905867af753348ec83f60d7d'
}
const secret = Uint8Array.from({ length: 32 }, (_, i) => i)

await test('an epoch id commits to the secret and is not the secret’s hash', () => {
  assert.equal(epochIdOf(secret), toHex(blake3(deriveKey(DERIVE.epochId, secret))))
  assert.notEqual(epochIdOf(secret), toHex(blake3(secret)))
  assert.notEqual(epochIdOf(secret), epochIdOf(secret.slice().reverse()))
})

await test('the keys of an epoch are frozen and all different', () => {
  const keys = epochKeysOf(secret)
  assert.deepEqual(
    Object.fromEntries(
      Object.entries(keys).map(([name, value]) => [name, typeof value === 'string' ? value : toHex(value)])
    ),
    FROZEN
  )
  assert.equal(new Set(Object.values(FROZEN).map((hex) => hex.slice(0, 32))).size, Object.keys(FROZEN).length)
})
