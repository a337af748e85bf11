import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../base/bytes.ts'
import { sourceOfBytes } from './content-source.ts'
import { exchangeLogs, only, VaultHome } from './testing.ts'
import type { AddItem, AddReport } from './write.ts'

test('adding the same folder again stores nothing, whatever its names differ in and however they are shown', async () => {
  const home = await VaultHome.found()
  const items = [
    ...['README', 'Readme', 'readme', 'Readme (2)', 'caf\u00e9', 'cafe\u0301'].map((name) => file(name, name)),
    ...['Docs', 'docs'].flatMap((name): AddItem[] => [
      { path: [name], kind: 'folder', mtimeMs: 1 },
      file(`${name}/a`, name),
      link(`${name}/l`, '../README')
    ])
  ]
  for (const to of [[], ['to']]) {
    const first = await home.vault.addTree(only(...items), to)
    assert.deepEqual([first.files, first.unchanged, first.failed], [10, 0, []])
    const names = home.names()
    const blobs = home.blobs.blobs.size
    for (let turn = 0; turn < 2; turn++) {
      const again = await home.vault.addTree(only(...items), to)
      assert.deepEqual([again.files, again.unchanged, again.failed], [0, 10, []])
      assert.deepEqual(home.names(), names)
      assert.equal(home.blobs.blobs.size, blobs)
    }
  }
  assert.equal(await text(home, 'docs (2)/a'), 'docs')
})

test('of names that differ only in case each is replaced by its own newer content', async () => {
  const home = await VaultHome.found()
  await home.vault.addTree(only(file('README', 'one'), file('Readme', 'two')), [])
  const report = await home.vault.addTree(only(file('README', 'one'), file('Readme', 'changed', 2)), [])
  assert.deepEqual([report.files, report.unchanged], [1, 1])
  assert.deepEqual([await text(home, 'README'), await text(home, 'Readme (2)')], ['one', 'changed'])
  assert.deepEqual(home.names(), ['README', 'Readme (2)'])
})

test('a path of shown names is added to as it is shown, and a file that came back under its shown name is that file', async () => {
  const home = await VaultHome.found()
  await home.vault.addTree(only(file('Docs/a', 'upper'), file('docs/a', 'lower')), [])
  await home.vault.addTree(only(file('b', 'b')), ['docs (2)'])
  const { unchanged } = await home.vault.addTree(only(file('docs (2)/a', 'lower')), [])
  assert.equal(unchanged, 1)
  assert.deepEqual(home.names(), ['Docs', 'Docs/a', 'docs (2)', 'docs (2)/a', 'docs (2)/b'])
})

test('a link is stored again when it points elsewhere, and so is one that took the place of a file', async () => {
  const home = await VaultHome.found()
  const counts = ({ files, unchanged }: AddReport): number[] => [files, unchanged]
  const add = async (item: AddItem): Promise<number[]> => counts(await home.vault.addTree(only(item), []))
  assert.deepEqual(await add(link('l', 'target')), [1, 0])
  assert.deepEqual(await add(link('l', 'target')), [0, 1])
  assert.deepEqual(await add(link('l', 'other target')), [1, 0])
  assert.deepEqual(await add(link('l', 'target', 2)), [1, 0])
  assert.deepEqual(await add(file('l', 'target', 2)), [1, 0])
  assert.deepEqual(await add(link('l', 'target', 2)), [1, 0])
})

test('what two devices wrote under one name without knowing of each other is not added a third time', async () => {
  const laptop = await VaultHome.found()
  const phone = await VaultHome.join(laptop, 'phone')
  await exchangeLogs(laptop, phone)
  await laptop.vault.addTree(only(file('a', 'of the laptop')), [])
  await phone.vault.addTree(only(file('A', 'phone')), [])
  await exchangeLogs(laptop, phone)
  const names = laptop.names()
  assert.equal(names.length, 2)
  for (const home of [laptop, phone]) {
    await home.vault.addTree(only(file('a', 'of the laptop'), file('A', 'phone')), [])
    assert.deepEqual(home.names(), names)
  }
})

function file(path: string, content: string, mtimeMs = 1): AddItem {
  const bytes = utf8(content)
  return {
    path: path.split('/'),
    kind: 'file',
    executable: false,
    sizeBytes: bytes.length,
    mtimeMs,
    content: sourceOfBytes(bytes)
  }
}

function link(path: string, target: string, mtimeMs = 1): AddItem {
  return { path: path.split('/'), kind: 'link', mtimeMs, target }
}

async function text(home: VaultHome, name: string): Promise<string> {
  return Buffer.from(await home.read(name)).toString()
}
