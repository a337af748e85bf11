// What is seen of a pass that takes long, and how it is ended.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StepProgress } from '@holdfast/node/folder/vault-steps'
import { exchange } from '../attacks/scene/link.ts'
import { Pair } from './scene.ts'

test('a person who waits sees how far it is: what is sealed of this disk, what is written to the other', async () => {
  const { a, b, relay } = await Pair.new()
  const told: string[] = []
  const onProgress = ({ step, bytes, path }: StepProgress): void => {
    told.push(`${step} ${bytes} ${path}`)
  }
  a.write('one', '1')
  a.write('two', '22')
  await a.pass({ onProgress })
  await exchange(a.device, relay)
  await exchange(b.device, relay)
  await b.pass({ onProgress })
  assert.deepEqual(told.slice(0, 2), ['sealing 1 one', 'sealing 3 two'])
  assert.match(told.at(-1)!, /^writing 3 /)
})

test('a folder that is kept in step no more while it is sealed does not keep anybody waiting until all of it is', async () => {
  const { a } = await Pair.with({ first: '1' })
  for (let i = 0; i < 400; i++) a.write(`f${i}`, `${i}`)
  let removed: Promise<unknown> | undefined
  const onProgress = ({ step }: { step: string }): void => {
    if (step === 'sealing') removed ??= a.folders.remove(a.path)
  }
  await a.pass({ onProgress })
  await removed
  assert.ok(removed !== undefined && [...a.device.vault.index.tree.walk(null)].length < 400)
  assert.deepEqual(a.folders.list(), [])
})
