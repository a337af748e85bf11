import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blake3Id } from '../proof/blake3.ts'
import { GEAR } from './gear.ts'

// The first and last numbers come from a second implementation, in another language.
await test('the Gear table is frozen: another one would cut and store every file again', () => {
  const words = [...GEAR].map((number) => (number >>> 0).toString(16).padStart(8, '0'))
  assert.deepEqual([...words.slice(0, 4), words[255]], ['06fee7f8', '8380cbf7', 'c7e6e2bc', '016bb070', 'e705ce19'])
  const bytes = new DataView(new ArrayBuffer(1024))
  GEAR.forEach((number, i) => bytes.setInt32(4 * i, number))
  const table = new Uint8Array(bytes.buffer)
  assert.equal(blake3Id(table), '2bff3144b9f7e4bd9b70a1414c8292752cd0013f2cff27720b4b9c8b31d16219')
})
