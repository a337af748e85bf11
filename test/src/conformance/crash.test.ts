import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { utf8 } from '@holdfast/core/base/bytes'
import type { HomeStores } from '@holdfast/core/ports/home-place'
import { openHomeStores } from '@holdfast/node/disk/home-lock'
import { linesOf, startChild } from './child.ts'
import { batchOf, blobsOf } from './crash-rounds.ts'
import { all, noise } from './subject.ts'

const KILLS = process.env['HOLDFAST_LONG'] === '1' ? 60 : 6

test(`whatever was acknowledged is there after SIGKILL in the middle of writing, ${KILLS} times over`, async () => {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-crash-'))
  const acknowledged: number[] = []
  const wait = noise(20_261_120, KILLS)
  for (const some of wait) {
    const child = startChild('crash-writer', [home, String(Math.max(-1, ...acknowledged) + 20)])
    const lines = await linesOf(child, (printed) => printed.length > some % 40)
    child.kill('SIGKILL')
    await once(child, 'exit')
    acknowledged.push(...lines.map(Number))
    const stores = await openHomeStores(home)
    await checkRows(stores, acknowledged)
    await checkBlobs(stores, acknowledged)
    await stores.close()
    assert.deepEqual(await readdir(join(home, 'store', 'blobs', 'files', 'tmp')), [], 'no temporary file is left')
  }
  assert.ok(acknowledged.length > KILLS)
  await rm(home, { recursive: true })
})

async function checkRows({ kv }: HomeStores, acknowledged: readonly number[]): Promise<void> {
  const rounds = new Set<number>()
  for await (const [key, value] of kv.range({ gte: 'a/', lt: 'a0' })) {
    rounds.add(Number(key.slice(2)))
    assert.deepEqual(value, utf8(key.slice(2)))
  }
  for (const round of acknowledged) assert.ok(rounds.has(round), `round ${round} is lost`)
  const second = (await all(kv.range({ gte: 'b/', lt: 'b0' }))).map(
    ([key, value]) => [Number(key.slice(2)), value] as const
  )
  assert.deepEqual(new Set(second.map(([round]) => round)), rounds, 'a batch is there whole or not at all')
  for (const [round, value] of second) assert.deepEqual({ put: `b/${round}`, value }, batchOf(round)[1])
}

async function checkBlobs({ blobs }: HomeStores, acknowledged: readonly number[]): Promise<void> {
  const deleted = new Set(acknowledged.filter((round) => round % 5 === 4).map((round) => round - 4))
  for (const round of acknowledged) {
    const ids = blobsOf(round).map(({ id }) => id)
    const here = await blobs.has(ids)
    if (deleted.has(round))
      assert.deepEqual(
        here,
        ids.map(() => false),
        `a blob deleted in round ${round} is back`
      )
    else if (round % 5 !== 0)
      assert.deepEqual(
        here,
        ids.map(() => true),
        `a blob of round ${round} is lost`
      )
  }
  let count = 0
  for await (const { id, sizeBytes } of blobs.list()) {
    count++
    assert.equal((await blobs.get(id, { check: true }))?.length, sizeBytes)
  }
  assert.equal((await blobs.stats()).blobs, count)
}
