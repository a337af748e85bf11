// Disks that fail: what cannot be read, what has no room, what was damaged. The real program, one home.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newPlace } from './testing.ts'

const place = await newPlace()
after(() => place.remove())
const { json } = place
const at = (...names: string[]): string => join(place.folder, ...names)

/** The system lets root read everything: without these two rights it is a user like others. */
const AS_USER = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : []

test('what may not be read is named, and all the rest is added', async () => {
  await json(['init', '--name', 'a'])
  mkdirSync(at('src/closed'), { recursive: true })
  writeFileSync(at('src/closed/inside'), 'x')
  writeFileSync(at('src/open'), 'can be read')
  writeFileSync(at('src/secret'), 'cannot')
  chmodSync(at('src/secret'), 0)
  chmodSync(at('src/closed'), 0)
  const ran = await place.run(['add', 'src', '--to', '/src', '--json'], '', AS_USER)
  chmodSync(at('src/closed'), 0o700)
  assert.equal(ran.code, 3, ran.stderr)
  const failed = ran.lines.filter(({ type }) => type === 'failed').map(({ path, code }) => [path, code])
  assert.deepEqual(failed.sort(), [
    ['/src/closed', 'FILE_UNREADABLE'],
    ['/src/secret', 'FILE_UNREADABLE']
  ])
  assert.deepEqual([ran.lines.at(-1)?.type, ran.lines.at(-1)?.['failed']], ['done', 2])
  assert.equal((await place.run(['cat', '/src/open'])).stdout.toString(), 'can be read')
})

test('a disk that is full ends get with one error and leaves no half file', async (t) => {
  writeFileSync(at('large'), randomBytes(3_000_000))
  await json(['add', 'large'])
  const words = ownMounts()
  if (words === undefined)
    return t.diagnostic('note: get was not tried on a full disk: no small tmpfs may be mounted here.')
  const script = `${MOUNT} && "$@"; code=$?; ls -A "$0" >&2; exit $code`
  const through = [...words, 'sh', '-c', script, at('out')]
  const ran = await place.run(['get', '/large', '/src/open', '-o', 'out', '--json'], '', through)
  assert.deepEqual([ran.code, ran.lines.at(-1)?.['code']], [1, 'STORE_FULL'], ran.stderr)
  assert.doesNotMatch(ran.stderr, /part|large/)
})

test('damage is named with its files, stays an error while nobody has a good copy, and needs the person', async () => {
  const blob = largest(at('home/store/blobs'))
  const bytes = readFileSync(blob)
  bytes[1000]! ^= 1
  writeFileSync(blob, bytes)
  for (const _ of [1, 2]) {
    const lines = (await json(['verify'], 14)).filter(({ type }) => type !== 'progress')
    assert.deepEqual(
      lines.map(({ type, code }) => code ?? type),
      ['damaged', 'done', 'HASH_MISMATCH']
    )
    assert.deepEqual([lines[0]?.['paths'], lines[1]?.['damaged']], [['/large'], 1])
  }
  const [status] = await json(['status'])
  assert.deepEqual(
    [status?.['state'], status?.['message']],
    ['needs you', 'Stored or received bytes do not match their name.']
  )
  const text = (await place.run(['status'])).stdout.toString()
  assert.match(text, /^Needs you: Stored .*\n {2}Run `holdfast verify`/)
  assert.equal(text.split('holdfast verify').length, 2, 'one action, said once')
  assert.equal((await place.run(['cat', '/large'])).code, 14, 'the only copy is damaged')
})

test("what is damaged and named by nothing is nobody's loss: verify deletes it and leaves it out of the verdict", async () => {
  const blob = largest(at('home/store/blobs'))
  const unnamed = blob.slice(0, -1) + (blob.endsWith('0') ? '1' : '0')
  copyFileSync(blob, unnamed)
  const lines = await json(['verify'], 14)
  assert.equal(lines.find(({ type }) => type === 'done')?.['damaged'], 1, 'only what a file needs')
  assert.ok(!existsSync(unnamed) && existsSync(blob))
  await json(['rm', '--shred', '-f', '/large'])
  await json(['verify'])
})

const MOUNT = 'mkdir -p "$0" && mount -t tmpfs -o size=1m,mode=0700 tmpfs "$0"'

/** The words that run a command where it may mount: as root, or as root of a user namespace of its own. */
function ownMounts(): string[] | undefined {
  const ways = [
    ['unshare', '-m'],
    ['unshare', '-Urm']
  ]
  return ways.find(([command, ...args]) => spawnSync(command!, [...args, 'sh', '-c', MOUNT, at('tried')]).status === 0)
}

function largest(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  return files.filter((file) => statSync(file).isFile()).sort((a, b) => statSync(b).size - statSync(a).size)[0]!
}
