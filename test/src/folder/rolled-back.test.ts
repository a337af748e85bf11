import assert from 'node:assert/strict'
import { renameSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { Folders } from '@holdfast/node/folder/folders'
import { Pair } from './scene.ts'

test('A31 a home that was put back beside a folder that was not: what either disk holds stays, and nothing deleted comes back', async () => {
  const pair = await Pair.with({ kept: '1', edited: 'old', moved: 'm', doomed: 'd', theirs: 't' })
  const { a, b } = pair
  const backup = a.device.disk.image()
  a.write('edited', 'edited after the backup')
  a.write('later', 'written after the backup')
  renameSync(a.at('moved'), a.at('moved away'))
  rmSync(a.at('doomed'))
  await pair.agree()
  b.write('theirs', 'edited while the home was away')

  await a.device.close()
  a.device.disk.restore(backup)
  await a.device.open()
  a.folders = await Folders.open(a.device.engine)
  a.kept = a.folders.list()[0]!
  a.write('offline', 'written before anybody was heard')
  await pair.agree({
    edited: 'edited after the backup',
    kept: '1',
    later: 'written after the backup',
    'moved away': 'm',
    offline: 'written before anybody was heard',
    theirs: 'edited while the home was away'
  })
  assert.ok(a.device.codes(null).includes('ROLLED_BACK'))
})
