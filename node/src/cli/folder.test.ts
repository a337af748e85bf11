// Folders kept in step, by the commands alone and with nobody else there.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { newPlace } from './testing.ts'
import type { Line } from './testing.ts'

const place = await newPlace()
after(() => place.remove())
const at = (...names: string[]): string => join(place.folder, ...names)

/** What `sync` ends with where there is nobody to sync with; the folders are in step all the same. */
const ALONE = 13
/** What it ends with where a folder waits for a person: that does not pass by trying again. */
const NEEDS_YOU = 15

test('a folder from `init DIR` to `folder rm`: guarded against deletions, and what sync took comes back', async () => {
  mkdirSync(at('F'))
  for (let i = 0; i < 102; i++) writeFileSync(at('F', `f${i}`), `${i}`)
  await place.json(['init', 'F', '--name', 'a'])
  for (let i = 0; i < 60; i++) rmSync(at('F', `f${i}`))
  const held = await place.json(['sync', '--once'], NEEDS_YOU)
  const waits = folderIn(held)
  assert.deepEqual(
    held.slice(-2).map(({ type, code }) => [type, code]),
    [
      ['not-synced', 'NO_PEER'],
      ['error', 'MANY_DELETIONS']
    ]
  )
  assert.deepEqual([waits['path'], waits['code'], waits['deletions']], [at('F'), 'MANY_DELETIONS', 60])
  const goes = folderIn(await place.json(['sync', '--once', '--accept-deletes'], ALONE))
  assert.deepEqual([goes['state'], goes['files']], ['up to date', 42])

  await place.json(['rm', '/f100'])
  await place.json(['sync', '--once'], ALONE)
  assert.ok(!existsSync(at('F/f100')))
  await place.json(['trash', 'restore', at('F/f100')])
  assert.equal(readFileSync(at('F/f100'), 'utf8'), '100')
  await place.json(['rm', '--shred', '-f', '/f101'])
  await place.json(['sync', '--once'], ALONE)
  assert.equal((await place.json(['trash', 'empty'], 15))[0]?.['code'], 'NEEDS_CONFIRMATION')
  const [emptied] = await place.json(['trash', 'empty', '-f', at('F/f101')])
  assert.deepEqual([emptied?.['files'], emptied?.['bytes']], [1, 3], 'what was shredded lay there still')

  await place.json(['folder', 'rm', 'F'])
  assert.equal(readFileSync(at('F/f100'), 'utf8'), '100')
  const none = await place.run(['folder', 'ls'])
  assert.match(none.stdout.toString() + none.stderr, /holdfast folder add/)
})

function folderIn(lines: readonly Line[]): Line {
  return lines.find(({ type }) => type === 'folder')!
}
