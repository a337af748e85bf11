import assert from 'node:assert/strict'
import test from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { FileEntry } from '../files/file-entry.ts'
import { takeOut } from './take-out.ts'
import { crc32 } from './zip.ts'

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value)

test('the checksum is the one every program computes, in one piece or several', () => {
  assert.equal(crc32(text('123456789')), 0xcbf43926)
  assert.equal(crc32(text('6789'), crc32(text('12345'))), 0xcbf43926)
})

test('everything that can be read comes out under its own name, what cannot is told, and the rest comes all the same', async () => {
  const contents = new Map([
    ['/Bücher & mehr/a.txt', text('one')],
    ['/empty', text('')],
    ['/z.bin', new Uint8Array(3 * 1024 * 1024).fill(7)]
  ])
  const gone = '/nowhere.txt'
  const read = async (path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> => {
    const content = contents.get(path)
    if (content === undefined) throw new HoldfastError('NOT_HERE')
    return content.slice(start, end)
  }
  const paths = [...contents.keys(), gone]
  const entries = paths.map((path) => entry(path, contents.get(path)?.length ?? 9))
  const left: string[] = []
  const onLeft = (path: string, code: string): void => void left.push(`${path} ${code}`)
  let done = { files: 0, bytes: 0 }
  const io = { signal: new AbortController().signal, onProgress: (now: typeof done) => (done = now), onLeft }
  const archives: Blob[] = []
  for await (const archive of takeOut({ read }, [folder('/Bücher & mehr'), ...entries], io)) archives.push(archive)
  assert.equal(archives.length, 1)
  assert.deepEqual(left, ['/nowhere.txt NOT_HERE'])
  assert.deepEqual(done, { files: 3, bytes: 3 + 3 * 1024 * 1024 })
  const found = unzip(new Uint8Array(await archives[0]!.arrayBuffer()))
  assert.deepEqual([...found.keys()], ['Bücher & mehr/', ...[...contents.keys()].map((path) => path.slice(1))])
  for (const [path, bytes] of contents) assert.deepEqual(found.get(path.slice(1)), bytes, path)
})

test('what does not fit into one archive goes into the next, and a file that fits into none is told', async () => {
  const left: string[] = []
  const io = {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onLeft: (path: string, code: string) => void left.push(`${path} ${code}`),
    mostBytes: 10_000
  }
  const read = async (_: string, start: number, end: number) => new Uint8Array(end - start)
  const names: string[][] = []
  for await (const archive of takeOut(
    { read },
    [entry('/a', 5000), entry('/b', 10_000), entry('/c', 5000), entry('/d', 100)],
    io
  )) {
    assert.ok(archive.size <= 10_000)
    names.push([...unzip(new Uint8Array(await archive.arrayBuffer())).keys()])
  }
  assert.deepEqual(left, ['/b TOO_LARGE'])
  assert.deepEqual(names, [['a'], ['c', 'd']])
})

function entry(path: string, bytes: number): FileEntry {
  return { path, kind: 'file', bytes, modifiedMs: Date.UTC(2026, 10, 20) } as FileEntry
}

function folder(path: string): FileEntry {
  return { path, kind: 'folder' } as FileEntry
}

/** By the directory at the end, as programs read it; each file is compared with what stands before it. */
function unzip(zip: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(zip.buffer)
  const end = zip.length - 22
  assert.equal(view.getUint32(end, true), 0x06054b50)
  const found = new Map<string, Uint8Array>()
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    assert.equal(view.getUint32(at, true), 0x02014b50)
    const [size, length, local] = [
      view.getUint32(at + 24, true),
      view.getUint16(at + 28, true),
      view.getUint32(at + 42, true)
    ]
    const name = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + length))
    assert.deepEqual(zip.subarray(local + 4, local + 30), zip.subarray(at + 6, at + 32), 'both headers agree')
    const content = zip.slice(local + 30 + length, local + 30 + length + size)
    assert.equal(crc32(content), view.getUint32(at + 16, true), name)
    found.set(name, content)
    at += 46 + length
  }
  assert.equal(at, end)
  return found
}
