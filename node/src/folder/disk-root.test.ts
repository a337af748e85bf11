import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DiskRoot } from './disk-root.ts'

const place = mkdtempSync(join(tmpdir(), 'holdfast-root-'))
after(() => rmSync(place, { recursive: true, force: true }))

test('a place that was named leads to the same file however many folders are named after it, never to a namesake', () => {
  const root = new DiskRoot(place)
  for (let i = 0; i < 600; i++) {
    mkdirSync(join(place, `from ${i}`))
    mkdirSync(join(place, `to ${i}`))
    writeFileSync(join(place, `from ${i}`, 'name'), '')
    writeFileSync(join(place, `to ${i}`, 'name'), '')
  }
  root.folder('to 599') // or every pair would begin where the last one ended
  for (let i = 0; i < 600; i++) {
    const from = root.at(`from ${i}`, 'name')
    const to = root.at(`to ${i}`, 'name')
    assert.equal(statSync(from).ino, statSync(join(place, `from ${i}`, 'name')).ino, `${i}`)
    assert.equal(statSync(to).ino, statSync(join(place, `to ${i}`, 'name')).ino, `${i}`)
  }
  root.close()
})

test('A26 a folder that has become a link is not followed, nor what was reached through it before', () => {
  mkdirSync(join(place, 'real/sub'), { recursive: true })
  mkdirSync(join(place, 'elsewhere/sub'), { recursive: true })
  const root = new DiskRoot(place)
  const { ino } = statSync(root.folder('real/sub'))
  renameSync(join(place, 'real'), join(place, 'moved'))
  symlinkSync('elsewhere', join(place, 'real'))
  if (process.platform === 'linux') assert.equal(statSync(root.folder('real/sub')).ino, ino, 'what was opened')
  root.forget()
  assert.throws(() => root.folder('real/sub'), { code: 'OUTSIDE_TARGET' })
  root.close()
})
