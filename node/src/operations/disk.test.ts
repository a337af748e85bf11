import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { appendFile, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { AddItem } from '@holdfast/core/vault/write'
import fc from 'fast-check'
import { walkDisk, type SourceRoot, type WalkOptions } from './disk-source.ts'
import { DiskTarget } from './disk-target.ts'
import { leadsOutside } from '@holdfast/core/operations/links'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-disk-'))
after(() => rm(folder, { recursive: true, force: true }))
let number = 0
function newFolder(): string {
  const path = join(folder, String(number++))
  mkdirSync(path)
  return path
}

test('a folder is walked with everything a vault keeps: content, times, executable bit, empty folders, links', async () => {
  const root = newFolder()
  mkdirSync(join(root, 'b/empty'), { recursive: true })
  writeFileSync(join(root, 'a.txt'), 'hello')
  writeFileSync(join(root, 'b/run.sh'), '#!', { mode: 0o755 })
  symlinkSync('../a.txt', join(root, 'b/link'))
  utimesSync(join(root, 'a.txt'), 1, 1_600_000_000)
  const { items, problems } = await walked([{ path: root, at: [] }])
  assert.deepEqual(
    items.map(({ path, kind }) => `${kind} ${path.join('/')}`),
    ['file a.txt', 'folder b', 'folder b/empty', 'link b/link', 'file b/run.sh']
  )
  assert.equal(items[0]?.mtimeMs, 1_600_000_000_000)
  assert.ok(items[0]?.kind === 'file' && !items[0].executable && items[0].sizeBytes === 5)
  assert.ok(items[4]?.kind === 'file' && items[4].executable)
  assert.ok(items[3]?.kind === 'link' && items[3].target === '../a.txt')
  assert.equal((await bytesOf(items[0]!)).toString(), 'hello')
  assert.deepEqual(problems, [])
})

test('what cannot be added is named and does not stop the rest', async () => {
  const root = newFolder()
  writeFileSync(join(root, 'good'), 'x')
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.of(0xff)]), 'x')
  symlinkSync('/etc/passwd', join(root, 'outside'))
  execFileSync('mkfifo', [join(root, 'pipe')])
  const { items, problems } = await walked([
    { path: root, at: ['r'] },
    { path: join(root, 'gone'), at: ['gone'] }
  ])
  assert.deepEqual(
    items.map(({ path }) => path.join('/')),
    ['r', 'r/good', 'r/outside']
  )
  assert.deepEqual(problems, [
    'r/bad\ufffd NAME_NOT_ALLOWED',
    'r/outside -> /etc/passwd',
    'r/pipe: neither file, folder nor link',
    'gone NOT_FOUND'
  ])
})

test('the home itself is never read through: that would give its lock away', async () => {
  const root = newFolder()
  mkdirSync(join(root, 'a/home/store'), { recursive: true })
  writeFileSync(join(root, 'a/home/store/LOCK'), '')
  const { items, problems } = await walked([{ path: root, at: [] }], { leaveOut: join(root, 'a/home') })
  assert.deepEqual(
    items.map(({ path }) => path.join('/')),
    ['a']
  )
  assert.deepEqual(problems, ['a/home: the home of this vault itself'])
})

test('nothing of a vault is ever written into its own home', async () => {
  const out = newFolder()
  mkdirSync(join(out, 'home'))
  const target = await DiskTarget.open(out, join(out, 'home'))
  const write = (path: string[]) => target.file(path, { mtimeMs: 0, executable: false }, pieces('x'))
  await write(['home.txt'])
  await assert.rejects(write(['home', 'keys.box']), { code: 'OUTSIDE_TARGET' })
  await assert.rejects(DiskTarget.open(join(out, 'home/below'), join(out, 'home')), { code: 'OUTSIDE_TARGET' })
  symlinkSync(join(out, 'home'), join(out, 'short'))
  await assert.rejects(DiskTarget.open(join(out, 'short/new/below'), join(out, 'home')), { code: 'OUTSIDE_TARGET' })
  assert.deepEqual(readdirSync(join(out, 'home')), [])
  // By another name, as on a disk that knows no difference of case, it is the same folder.
  await rename(join(out, 'home'), join(out, 'HOME'))
  await assert.rejects(write(['HOME', 'keys.box']), { code: 'OUTSIDE_TARGET' })
  assert.deepEqual(readdirSync(join(out, 'HOME')), [])
})

test('a file that cannot be read says so when it is read', async (t) => {
  if (process.getuid?.() === 0) return t.diagnostic('as root every file can be read; a file that is gone stands for it')
  const root = newFolder()
  writeFileSync(join(root, 'secret'), 'x', { mode: 0 })
  mkdirSync(join(root, 'shut'), { mode: 0 })
  const { items, problems } = await walked([{ path: root, at: [] }])
  await assert.rejects(bytesOf(items[0]!), { code: 'FILE_UNREADABLE' })
  assert.deepEqual(problems, ['shut FILE_UNREADABLE'])
  chmodSync(join(root, 'shut'), 0o700)
})

test('a file that changes, grows, is replaced or becomes a link while it is read is never stored half old, half new', async () => {
  const changes: ((path: string) => Promise<void>)[] = [
    (path) => appendFile(path, 'more'),
    (path) => appendFile(path, '').then(() => utimesSync(path, 5, 5)),
    (path) => rename(path, `${path}.old`),
    (path) => rename(path, `${path}.old`).then(() => writeFileSync(path, 'x'.repeat(3_000_000))),
    (path) => rename(path, `${path}.old`).then(() => symlink('/etc/passwd', path))
  ]
  for (const change of changes) {
    const root = newFolder()
    const path = join(root, 'f')
    writeFileSync(path, 'x'.repeat(3_000_000))
    const { items } = await walked([{ path: root, at: [] }])
    await change(path)
    await assert.rejects(bytesOf(items[0]!), { code: 'FILE_CHANGED' })
  }
})

test('a file that changes in the middle of being read is noticed', async () => {
  const root = newFolder()
  const path = join(root, 'f')
  writeFileSync(path, 'x'.repeat(3_000_000))
  const { items } = await walked([{ path: root, at: [] }])
  assert.ok(items[0]?.kind === 'file')
  const reading = async () => {
    assert.ok(items[0]?.kind === 'file')
    for await (const _piece of items[0].content.bytes()) await appendFile(path, 'y')
  }
  await assert.rejects(reading(), { code: 'FILE_CHANGED' })
})

test('files come back with content, time and executable bit, and replace what stood there only when they are whole', async () => {
  const out = join(newFolder(), 'made/on/the/way')
  const target = await DiskTarget.open(out)
  await target.folder(['d'], 1_500_000_000_000)
  await target.file(['d', 'run'], { mtimeMs: 1_600_000_000_000, executable: true }, pieces('new ', 'content'))
  await target.link(['d', 'l'], 'run', 1_600_000_000_000)
  await target.finish()
  const path = join(out, 'd/run')
  assert.equal(readFileSync(path, 'utf8'), 'new content')
  assert.equal(statSync(path).mtimeMs, 1_600_000_000_000)
  assert.equal(statSync(path).mode & 0o100, 0o100)
  assert.equal(statSync(join(out, 'd')).mtimeMs, 1_500_000_000_000)
  assert.equal(readlinkSync(join(out, 'd/l')), 'run')
  assert.ok(await target.has(['d', 'run'], { sizeBytes: 11, mtimeMs: 1_600_000_000_000, executable: true }))
  const broken = (async function* () {
    yield Buffer.from('half')
    throw new Error('damaged')
  })()
  await assert.rejects(target.file(['d', 'run'], { mtimeMs: 0, executable: false }, broken))
  assert.equal(readFileSync(path, 'utf8'), 'new content')
  assert.deepEqual(readdirSync(join(out, 'd')).sort(), ['l', 'run'])
})

test('nothing is written outside the target, whatever names and links say', async () => {
  const base = newFolder()
  const outside = join(base, 'outside')
  mkdirSync(outside)
  const target = await DiskTarget.open(join(base, 'out'))
  const write = (path: string[]) => target.file(path, { mtimeMs: 0, executable: false }, pieces('x'))
  for (const path of [['..', 'f'], ['a/../../f'], ['.'], [''], ['a\0b'], ['..'], ['d', '..', '..', 'f']]) {
    await assert.rejects(write(path), { code: 'OUTSIDE_TARGET' }, path.join('/'))
  }
  // A link where a folder should be: put there by another file of the vault, or by somebody else.
  symlinkSync(outside, join(base, 'out/planted'))
  await assert.rejects(write(['planted', 'f']), { code: 'OUTSIDE_TARGET' })
  await assert.rejects(target.folder(['planted', 'g']), { code: 'OUTSIDE_TARGET' })
  // A link where the file should be is replaced, not written through.
  symlinkSync(join(outside, 'victim'), join(base, 'out/file'))
  await write(['file'])
  assert.ok(lstatSync(join(base, 'out/file')).isFile())
  assert.deepEqual(readdirSync(outside), [])
})

test('a folder that is exchanged for a link in the middle of a write is noticed', async () => {
  const base = newFolder()
  const outside = join(base, 'outside')
  mkdirSync(outside)
  const target = await DiskTarget.open(join(base, 'out'))
  const swapping = (async function* () {
    yield Buffer.from('x')
    await rename(join(base, 'out/d'), join(base, 'out/moved'))
    symlinkSync(outside, join(base, 'out/d'))
  })()
  await assert.rejects(target.file(['d', 'f'], { mtimeMs: 0, executable: false }, swapping), { code: 'OUTSIDE_TARGET' })
  assert.deepEqual(readdirSync(outside), [])
  if (process.platform === 'linux') assert.deepEqual(readdirSync(join(base, 'out/moved')), [], 'nothing is left over')
  // A file there that would look right is not one of the target.
  writeFileSync(join(outside, 'f'), 'x')
  utimesSync(join(outside, 'f'), 1, 1)
  assert.equal(await target.has(['d', 'f'], { sizeBytes: 1, mtimeMs: 1000, executable: false }), false)
})

test('a folder is never replaced by a file, nor a file by a folder', async () => {
  const target = await DiskTarget.open(newFolder())
  await target.folder(['d'])
  await target.file(['f'], { mtimeMs: Number.MAX_SAFE_INTEGER, executable: false }, pieces('x'))
  await assert.rejects(target.file(['d'], { mtimeMs: 0, executable: false }, pieces('x')), { code: 'IS_A_FOLDER' })
  await assert.rejects(target.folder(['f']), { code: 'NOT_A_FOLDER' })
})

test('a link is written only when it cannot lead out, however many links it passes', async () => {
  const inside: [string[], string][] = [
    [['l'], 'a'],
    [['l'], 'a/b/c'],
    [['l'], '.'],
    [['d', 'l'], '../a'],
    [['d', 'e', 'l'], '../../a']
  ]
  const outside: [string[], string][] = [
    [['l'], '/etc'],
    [['l'], ''],
    [['l'], '..'],
    [['d', 'l'], '../../a'],
    [['l'], 'a/../b'], // `a` may be a link to `.`
    [['l'], 'a/b/../../..']
  ]
  for (const [path, target] of inside) assert.equal(leadsOutside(path, target), false, target)
  for (const [path, target] of outside) assert.equal(leadsOutside(path, target), true, target)
  const target = await DiskTarget.open(newFolder())
  await assert.rejects(target.link(['l'], '../x', 0), { code: 'OUTSIDE_TARGET' })
})

test('any set of links that are written stays inside when the system follows them', async () => {
  const root = newFolder()
  mkdirSync(join(root, 'd/e'), { recursive: true })
  const part = fc.constantFrom('..', '.', 'a', 'b', 'd', 'e')
  const targetText = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const place: fc.Arbitrary<string[]> = fc.constantFrom(['a'], ['b'], ['d', 'a'], ['d', 'e', 'b'])
  const all = fc.array(fc.tuple(place, targetText), { minLength: 1, maxLength: 4 })
  const run = async (links: [string[], string][]) => {
    const target = await DiskTarget.open(root)
    for (const [path, text] of links) await target.link(path, text, 0).catch(() => undefined)
    for (const [path] of links) {
      const real = whereItLeads(join(root, ...path))
      assert.ok(real === undefined || real === root || real.startsWith(`${root}/`), real)
    }
  }
  await fc.assert(fc.asyncProperty(all, run), { numRuns: 200 })
})

/** Undefined for a circle, or where nothing is. */
function whereItLeads(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}

async function walked(
  roots: SourceRoot[],
  options: WalkOptions = {}
): Promise<{ items: AddItem[]; problems: string[] }> {
  const items: AddItem[] = []
  const problems: string[] = []
  const report = {
    failed: (path: readonly string[], code: string) => problems.push(`${path.join('/')} ${code}`),
    linkOutside: (path: readonly string[], target: string) => problems.push(`${path.join('/')} -> ${target}`),
    leftOut: (path: readonly string[], reason: string) => problems.push(`${path.join('/')}: ${reason}`)
  }
  for await (const item of walkDisk(roots, report, options)) items.push(item)
  return { items, problems }
}

async function bytesOf(item: AddItem): Promise<Buffer> {
  assert.ok(item.kind === 'file')
  const found: Uint8Array[] = []
  for await (const piece of item.content.bytes()) found.push(piece)
  return Buffer.concat(found)
}

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}
