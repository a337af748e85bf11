import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../base/bytes.ts'
import type { FileId } from '../base/ids.ts'
import { remove } from '../index/edits.ts'
import { sourceOfBytes } from './content-source.ts'
import { exchangeLogs, only, VaultHome } from './testing.ts'
import { moveByPath } from './paths.ts'
import type { AddItem } from './write.ts'

test('of a file whose name is refused nothing is read, sealed or handed out, and a refused folder leaves out all below it', async () => {
  const home = await VaultHome.found()
  const before = home.blobs.blobs.size
  const names = ['CON', 'nul.txt', '...', 'trailing.', 'a\\b', 'a\nb', 'a\u202eb', '\ud800']
  const refused = names.map((name) => unread(name))
  const report = await home.vault.addTree(
    only(...refused, folder('aux'), unread('aux/fine'), unread('aux/also/fine')),
    []
  )
  assert.deepEqual(
    report.failed,
    [...names, 'aux'].map((name) => ({ path: [name], code: 'NAME_NOT_ALLOWED' }))
  )
  assert.deepEqual([report.files, report.blobs, home.blobs.blobs.size], [0, 0, before])
  assert.deepEqual(home.names(), [])
})

test('a refused name beside good ones is left out alone; as the place to add to it ends the whole of it unread', async () => {
  const home = await VaultHome.found()
  const report = await home.vault.addTree(only(file('good', 'x'), unread('com1'), folder('d'), file('d/good', 'y')), [])
  assert.deepEqual([report.files, report.failed.length], [2, 1])
  assert.deepEqual(home.names(), ['d', 'd/good', 'good'])
  await assert.rejects(home.vault.addTree(only(unread('x')), ['nul']), { code: 'NAME_NOT_ALLOWED' })
})

test('a folder that two devices make without knowing of each other is one, and holds what both put into it', async () => {
  const laptop = await VaultHome.found()
  const phone = await VaultHome.join(laptop, 'phone')
  await exchangeLogs(laptop, phone)
  await laptop.vault.makeFolder(['photos', 'summer'])
  await laptop.vault.addTree(only(file('a', 'x')), ['photos', 'summer'])
  await phone.vault.addTree(only(folder('photos'), file('photos/summer/b', 'y'), file('photos/c', 'z')), [])
  await exchangeLogs(laptop, phone)
  const all = ['photos', 'photos/c', 'photos/summer', 'photos/summer/a', 'photos/summer/b']
  for (const home of [laptop, phone]) assert.deepEqual(home.names(), all)
})

test('a file in conflict and its copy that are added over in one go each get their content, and the conflict goes on', async () => {
  const laptop = await VaultHome.found()
  const phone = await VaultHome.join(laptop, 'phone')
  await laptop.vault.addTree(only(file('a', 'base')), [])
  await exchangeLogs(laptop, phone)
  await laptop.vault.addTree(only(file('a', 'by the laptop')), [])
  await phone.vault.addTree(only(file('a', 'by the phone')), [])
  await exchangeLogs(laptop, phone)
  const names = laptop.names()
  assert.equal(names.length, 2)
  const items = names.map((name) => file(name, `${name} anew`))
  assert.deepEqual((await laptop.vault.addTree(only(...items), [])).files, 2)
  assert.deepEqual((await laptop.vault.addTree(only(...items), [])).unchanged, 2)
  await exchangeLogs(laptop, phone)
  for (const { vault, names: shown } of [laptop, phone].map((home) => ({ vault: home.vault, names: home.names() }))) {
    assert.deepEqual(shown, names)
    assert.equal(vault.index.tree.conflicts().length, 1)
    for (const name of names) {
      const { content } = vault.index.tree.resolve([name])!
      assert.ok(content?.kind === 'file' && content.size === utf8(`${name} anew`).length)
    }
  }
})

test('a new folder where another of its name was moved away, or deleted, is a new one', async () => {
  const { vault } = await VaultHome.found()
  const made = async (): Promise<string> => {
    await vault.makeFolder(['d'])
    return vault.index.tree.resolve(['d'])!.id
  }
  const first = await made()
  await vault.edit(() => moveByPath(vault.index.tree, ['d'], ['e']))
  const second = await made()
  await vault.edit(() => remove(vault.index.tree, second as FileId))
  assert.equal(new Set([first, second, await made()]).size, 3)
})

function folder(path: string): AddItem {
  return { path: path.split('/'), kind: 'folder', mtimeMs: 1 }
}

function file(path: string, text: string, mtimeMs = 1): AddItem {
  const content = sourceOfBytes(utf8(text))
  return { path: path.split('/'), kind: 'file', executable: false, sizeBytes: text.length, mtimeMs, content }
}

/** A file that must not be opened. */
function unread(path: string): AddItem {
  const bytes = (): never => assert.fail(`${path} was read`)
  return { path: path.split('/'), kind: 'file', executable: false, sizeBytes: 5, mtimeMs: 1, content: { bytes } }
}
