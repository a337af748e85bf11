import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Grouper } from './grouper.ts'

test('what is added while a commit runs is committed together, in order', async () => {
  const groups: number[][] = []
  const grouper = new Grouper<number>(
    async (items) => void groups.push([...items]),
    () => 1,
    4
  )
  const added = [1, 2, 3].map((item) => grouper.add(item))
  await added[0]
  await Promise.all([4, 5, 6, 7, 8].map((item) => grouper.add(item)))
  assert.deepEqual(groups, [[1, 2, 3], [4, 5, 6, 7], [8]])
  await grouper.idle()
})

test('an item heavier than a whole group is a group of its own', async () => {
  const groups: number[][] = []
  const grouper = new Grouper<number>(
    async (items) => void groups.push([...items]),
    (item) => item,
    10
  )
  await Promise.all([50, 3, 7, 1].map((item) => grouper.add(item)))
  assert.deepEqual(groups, [[50], [3, 7], [1]])
})

test('a failed commit rejects exactly those it held', async () => {
  const grouper = new Grouper<number>(
    async (items) => {
      if (items.includes(2)) throw new Error('no')
    },
    () => 1,
    2
  )
  const settled = await Promise.allSettled([1, 2, 3].map((item) => grouper.add(item)))
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['rejected', 'rejected', 'fulfilled']
  )
  await grouper.add(4)
})
