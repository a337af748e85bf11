import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { Pair } from './scene.ts'

test('a folder that comes where a file was taken on the same day is edited and taken as any other', async () => {
  const { a, b, ...pair } = await Pair.with({ sub: 'a file' }).then((one) =>
    Object.assign(one, { agree: one.agree.bind(one) })
  )
  rmSync(b.at('sub'))
  await pair.agree({})
  b.write('sub/x', '1')
  await pair.agree({ sub: '(folder)', 'sub/x': '1' })
  b.write('sub/x', 'two')
  await pair.agree({ sub: '(folder)', 'sub/x': 'two' })
  const [day] = readdirSync(a.at('.holdfast-trash'))
  const [folder, file, ...rest] = readdirSync(a.at('.holdfast-trash', day!)).sort()
  assert.deepEqual([folder, file?.replace(/~[0-9a-f]{8}$/, '~'), rest], ['sub', 'sub~', []])
  assert.equal(readFileSync(a.at('.holdfast-trash', day!, 'sub', 'x'), 'utf8'), '1')
  assert.equal(readFileSync(a.at('.holdfast-trash', day!, file!), 'utf8'), 'a file')
})
