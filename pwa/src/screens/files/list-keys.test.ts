import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stepFor } from './list-keys.ts'

const step = (key: string, at: number, columns: number, count = 10) =>
  stepFor({ key, ctrlKey: false }, { at, count, columns, page: 3 })

test('keys lead through a list and never out of it', () => {
  assert.deepEqual([step('ArrowDown', 0, 1), step('ArrowUp', 0, 1), step('ArrowDown', 9, 1)], [1, 0, 9])
  assert.deepEqual([step('Home', 5, 1), step('End', 5, 1), step('PageDown', 8, 1), step('PageUp', 1, 1)], [0, 9, 9, 0])
  assert.deepEqual(
    [step('ArrowLeft', 5, 1), step('x', 5, 1), step('ArrowDown', 0, 1, 0)],
    [undefined, undefined, undefined]
  )
})

test('in a grid a last row that is shorter is reached from every column', () => {
  // Rows of 4: 0-3, 4-7, 8-9.
  assert.deepEqual([step('ArrowDown', 7, 4), step('ArrowDown', 5, 4), step('ArrowDown', 8, 4)], [9, 9, 8])
  assert.deepEqual([step('ArrowRight', 3, 4), step('ArrowLeft', 4, 4), step('ArrowUp', 2, 4)], [4, 3, 2])
  assert.deepEqual([step('Home', 6, 4), step('End', 5, 4), step('End', 9, 4)], [4, 7, 9])
})
