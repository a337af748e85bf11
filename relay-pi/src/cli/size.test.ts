import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asSize } from './size.ts'

test('sizes are read as people write them, and anything else is refused rather than guessed', () => {
  const read = ['1000', '1k', '4MiB', '1.5 GiB', '2tb', '10B'].map((text) => asSize('--quota', text))
  assert.deepEqual(read, [1000, 1024, 4 * 1024 ** 2, 1.5 * 1024 ** 3, 2 * 1024 ** 4, 10])
  for (const text of ['', '0', '-1', 'many', '1e9', '5 apples', '0x10', '99999999999TiB', undefined])
    assert.throws(() => asSize('--quota', text), { code: 'USAGE' })
})
