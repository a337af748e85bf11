import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folderLine, notInStepLines } from '../cli/show-folder.ts'
import type { FolderState, KeptFolder } from '../folder/kept-folder.ts'
import { folderEvent } from './folder.ts'

/** How a folder in this state is told. */
async function told(state: Partial<FolderState>, progress?: KeptFolder['progress']): Promise<string[]> {
  const folder = {
    state,
    progress,
    record: { path: '/f' },
    look: () => undefined,
    vaultPath: () => ['Photos'],
    counts: async () => ({ files: 7, folders: 1 }),
    renamed: () => []
  } as unknown as KeptFolder
  const event = await folderEvent(folder)
  return [folderLine(event), ...notInStepLines(event)]
}

test('a folder of which something is not in step is told with the reasons, and never as up to date', async () => {
  const report = { failed: new Map(), waiting: 0, deletions: undefined } as unknown as FolderState['report'] & object
  const failed = new Map([
    ['b', 'NAME_NOT_ALLOWED'],
    ...['c', 'd', 'e', 'f'].map((path) => [path, 'FILE_UNREADABLE'] as const)
  ] as const)
  assert.deepEqual(await told({ report }), ['/f  in step with /Photos: up to date, 7 files'])
  const [line, ...why] = await told({ report: { ...report, failed } })
  assert.equal(line, '/f  in step with /Photos: 5 not in step, 7 files')
  assert.match(why[0]!, /^ {2}c, d, e and 1 more: .*\(FILE_UNREADABLE\)$/)
  assert.match(why[1]!, /^ {2}b: .*\(NAME_NOT_ALLOWED\)$/)
})

test('the first pass of a folder is told as one, with how far it is', async () => {
  const looking = { step: 'looking', files: 1200, bytes: 0, path: 'x' } as const
  assert.deepEqual(await told({}), ['/f  in step with /Photos: off, 7 files'])
  assert.deepEqual(await told({}, looking), ['/f  in step with /Photos: syncing, looking at 1,200 names, 7 files'])
  const sealing = { step: 'sealing', files: 3, bytes: 2048, path: 'x' } as const
  assert.match((await told({}, sealing))[0]!, /: syncing, sealing 3 files, 2.* 7 files$/)
})
