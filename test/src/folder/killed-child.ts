// One round of a folder kept in step by a real home: finishes what the process before it left, checks that nothing is lost, edits both
// sides, and is killed somewhere in a pass. Arguments: the home, the folder, the round, and after how many changes it dies.
import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { utf8 } from '@holdfast/core/base/bytes'
import { Engine } from '@holdfast/core/engine/engine'
import { openHome } from '@holdfast/core/home/home'
import type { Home } from '@holdfast/core/home/home'
import { move, remove } from '@holdfast/core/index/edits'
import { sourceOfBytes } from '@holdfast/core/vault/content-source'
import type { AddItem } from '@holdfast/core/vault/write'
import { Folders } from '@holdfast/node/folder/folders'
import { DiskPlace } from '@holdfast/node/home/disk-place'
import { nodePlatform } from '@holdfast/node/home/platform'
import { unlockFromDisk } from '@holdfast/node/home/unlock'
import { contentOf, expectedAfter, FILES, treeOf } from './killed-rounds.ts'

const [homePath = '', folder = '', roundText = '', killText = ''] = process.argv.slice(2)
const round = Number(roundText)
let left = Number(killText)
let changes = 0
let isArmed = true
const change = (): void => {
  changes++
  if (isArmed && left-- <= 0) process.kill(process.pid, 'SIGKILL')
}

// Ahead by a little: nothing was written just now, so nobody has to be waited for.
const { clock } = nodePlatform
const platform = {
  ...nodePlatform,
  clock: { nowMs: () => clock.nowMs() + 10_000, monotonicMs: () => clock.monotonicMs() }
}
const home = await openHome(new DiskPlace(homePath), platform, unlockFromDisk({}))
countWrites(home)
const engine = await Engine.start(home)
const { tree } = engine.vault.index
const folders = await Folders.open(engine)
if (folders.list().length === 0) await folders.add(folder, [])
await pass()
assert.deepEqual(treeOf(folder), Object.fromEntries(expectedAfter(round - 1)), `after round ${round - 1}`)
await checkVault()
process.stdout.write('recovered\n')
isArmed = false
editDisk()
await editVault()
isArmed = true
await pass()
isArmed = false
process.stdout.write(`done ${changes}\n`)
await engine.stop()
await home.close()

async function pass(): Promise<void> {
  for (const [, { code, report }] of await folders.pass({ moments: { beforeTake: change, between: change } }))
    assert.deepEqual([code, [...report!.failed]], [undefined, []])
}

async function checkVault(): Promise<void> {
  for (const [path, content] of expectedAfter(round - 1)) {
    const node = tree.resolve(path.split('/'))
    if (content === '') assert.equal(node?.kind, 'folder', path)
    else assert.equal(await textOf(path), content, path)
  }
  assert.deepEqual(tree.conflicts(), [])
}

async function textOf(path: string): Promise<string> {
  const content = tree.resolve(path.split('/'))?.content
  assert.ok(content !== undefined && content.kind !== 'folder', path)
  const pieces: Uint8Array[] = []
  for await (const piece of engine.vault.read(content)) pieces.push(piece.slice())
  return Buffer.concat(pieces).toString()
}

function editDisk(): void {
  const at = (path: string): string => join(folder, path)
  mkdirSync(at(`disk ${round}`))
  for (let file = 0; file < FILES; file++) writeFileSync(at(`disk ${round}/${file}`), contentOf(round, file))
  if (round % 2 === 0) writeFileSync(at('turns'), `turn ${round}`)
  if (round > 0) renameSync(at(`disk ${round - 1}`), at(`moved ${round - 1}`))
  if (round > 1) rmSync(at(`moved ${round - 2}/0`))
}

/** As if it came from others. */
async function editVault(): Promise<void> {
  const files = Array.from({ length: FILES }, (_, file) => fileOf(`vault ${round}/${file}`, contentOf(round, file)))
  files.push(fileOf('steady', `steady ${round}`))
  if (round % 2 === 1) files.push(fileOf('turns', `turn ${round}`))
  const { failed } = await engine.vault.addTree(each(files), [])
  assert.deepEqual(failed, [])
  const idOf = (path: string): Parameters<typeof move>[1] => tree.resolve(path.split('/'))!.id
  await engine.vault.edit(() => [
    ...(round > 0 ? move(tree, idOf(`vault ${round - 1}`), { parent: null, name: `gone ${round - 1}` }) : []),
    ...(round > 1 ? remove(tree, idOf(`gone ${round - 2}/1`)) : [])
  ])
}

function fileOf(path: string, text: string): AddItem {
  const content = sourceOfBytes(utf8(text))
  return { kind: 'file', path: path.split('/'), mtimeMs: 1_700_000_000_000 + round, executable: false, content }
}

async function* each(items: readonly AddItem[]): AsyncGenerator<AddItem> {
  yield* items
}

/** Each write of the home is a change before and after. */
function countWrites({ kv, blobs }: Home): void {
  const { write } = kv
  kv.write = async (...args) => {
    change()
    await write.apply(kv, args)
    change()
  }
  const { put } = blobs
  blobs.put = async (...args) => {
    change()
    await put.apply(blobs, args)
    change()
  }
}
