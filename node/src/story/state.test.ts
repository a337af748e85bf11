import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { stageAt } from './stage.ts'
import type { Stage } from './stage.ts'
import { clearUnfinished, readState, setAside, writeState } from './state.ts'
import type { StoryState } from './state.ts'

const STATE: StoryState = {
  v: 2,
  ports: { pi: { tcp: 1, ws: 2 }, attic: { tcp: 3, ws: 4 } },
  source: '/somewhere',
  done: [],
  told: false
}

async function newStage(t: TestContext): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-stage-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return stageAt(join(folder, 'stage'))
}

test('a story remembers where it is, and takes no folder that holds anything else', async (t) => {
  const stage = await newStage(t)
  assert.equal(await readState(stage), undefined)
  await writeState(stage, STATE)
  assert.deepEqual(await readState(stage), STATE)
  await rm(stage.stateFile)
  await writeFile(join(stage.folder, 'thesis.txt'), 'mine')
  await assert.rejects(readState(stage), /did not make/)
  await writeFile(stage.stateFile, '{"v":3}')
  await assert.rejects(readState(stage), /newer/)
})

test('what an older version told goes aside whole, and none of it is ever taken away', async (t) => {
  const stage = await newStage(t)
  const older = { v: 1, ports: { tcp: 1, ws: 2 }, source: '/x', done: [], told: true }
  const tellOlder = async (): Promise<void> => {
    for (const home of [stage.pi, stage.laptop, stage.desktop]) {
      await mkdir(home, { recursive: true })
      await writeFile(join(home, 'file'), home)
    }
    await writeFile(stage.words, 'words')
    await writeFile(stage.stateFile, JSON.stringify(older))
  }
  await tellOlder()
  assert.deepEqual(await readState(stage), older)
  const first = await setAside(stage)
  assert.deepEqual((await readdir(first)).sort(), ['desktop', 'laptop', 'pi', 'recovery-words.txt', 'story.json'])
  assert.equal(await readFile(join(first, 'laptop', 'file'), 'utf8'), stage.laptop)
  assert.deepEqual(await readState(stage), older, 'killed here, the rest goes aside at the next start')
  await writeState(stage, STATE)
  await clearUnfinished(stage)
  assert.deepEqual((await readdir(stage.folder)).sort(), ['older-1', 'story.json'])
  await tellOlder()
  assert.equal(await setAside(stage), join(stage.folder, 'older-2'))
  assert.equal(await readFile(join(first, 'laptop', 'file'), 'utf8'), stage.laptop)
})
