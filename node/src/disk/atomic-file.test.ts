import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { utf8 } from '@holdfast/core/base/bytes'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { makeFolder, readFileOrUndefined, writeFileDurably } from './atomic-file.ts'

test('a file is written, replaced and read; one that is not there is undefined', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'keys')
    assert.equal(await readFileOrUndefined(path), undefined)
    await writeFileDurably(path, utf8('one'))
    await writeFileDurably(path, 'two')
    assert.deepEqual(await readFileOrUndefined(path), utf8('two'))
    assert.deepEqual(await readdir(folder), ['keys'])
  }))

test('a secret file is for its owner only, also when a leftover of a crash was not', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'keys')
    await writeFile(`${path}.tmp`, 'left over', { mode: 0o666 })
    await writeFileDurably(path, 'secret', 0o600)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    await makeFolder(join(folder, 'a', 'b'))
    assert.equal((await stat(join(folder, 'a', 'b'))).mode & 0o777, 0o700)
  }))

test('what cannot be written is one clear error and leaves nothing', () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'file'), '')
    await assert.rejects(writeFileDurably(join(folder, 'file', 'x'), 'x'), (error) => isHoldfastError(error))
    assert.deepEqual(await readdir(folder), ['file'])
    await assert.rejects(readFileOrUndefined(folder), (error) => isHoldfastError(error, 'STORE_FAILED'))
  }))

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-atomic-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
