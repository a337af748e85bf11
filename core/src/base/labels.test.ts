import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DERIVE, HPKE, SIGN } from './labels.ts'

/** Each label as its bytes begin: a signature's and an HPKE info's is followed by a zero byte. */
const strings = [
  ...Object.values(SIGN).map((label) => `holdfast/1 ${label}\0`),
  ...Object.values(DERIVE),
  ...Object.values(HPKE).map((label) => `${label}\0`)
]

await test('no label begins another, so nothing made for one purpose can serve a second', () => {
  for (const [i, one] of strings.entries())
    for (const [j, another] of strings.entries())
      assert.ok(i === j || !another.startsWith(one), `"${one}" begins "${another}"`)
})

await test('every label names the project and version in plain ASCII', () => {
  for (const label of strings) assert.match(label, /^holdfast\/1 [ -~]+\0?$/)
})
