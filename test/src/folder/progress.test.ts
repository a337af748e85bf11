// What is seen of a pass that takes long, and how it is ended.
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { remove, restore } from '@holdfast/core/index/edits'
import { folderChecks } from '@holdfast/node/doctor/folders'
import type { KeptFolder } from '@holdfast/node/folder/kept-folder'
import type { StepProgress } from '@holdfast/node/folder/vault-steps'
import { assertInStep, folderEvent } from '@holdfast/node/operations/folder'
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

test('a pass that failed as a whole is told by everybody who is asked, until one does not', async () => {
  const { a, b, relay } = await Pair.with({ 'd/x': '1' })
  await b.device.write('d/y', '2')
  await exchange(b.device, relay)
  await exchange(a.device, relay)
  writeFileSync(a.at('.holdfast-tmp'), 'in the way of what is written')
  const { code } = await a.pass()
  assert.ok(code !== undefined)
  for (let time = 0; time < 2; time++) await assertTold(a.kept, code)
  rmSync(a.at('.holdfast-tmp'))
  await a.pass()
  assertInStep([a.kept])
  assert.equal(a.tree()['d/y'], '2')
})

test('a folder of the vault that is gone is told with and without a pass, nothing is deleted, and it goes on when it is back', async () => {
  const { a } = await Pair.with({ 'd/x': '1' })
  await a.folders.remove(a.path)
  const kept = await a.folders.add(`${a.path}-d`, ['d'])
  await kept.pass()
  const { vault } = a.device
  const folder = vault.index.tree.resolve(['d'])!.id
  await vault.edit(() => remove(vault.index.tree, folder))
  await a.folders.pass()
  await assertTold(kept, 'VAULT_FOLDER_GONE')
  assert.equal(readFileSync(`${a.path}-d/x`, 'utf8'), '1')
  await vault.edit(() => restore(vault.index.tree, folder, 0))
  await a.folders.pass()
  assertInStep([kept])
})

async function assertTold(kept: KeptFolder, code: string): Promise<void> {
  assert.equal((await folderEvent(kept))['code'], code)
  const [check] = folderChecks({ list: () => [kept], unwatched: () => [] })
  assert.deepEqual([check!.state, check!.code], ['error', code])
  assert.throws(() => assertInStep([kept]), { code })
}
