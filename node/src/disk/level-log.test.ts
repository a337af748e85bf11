import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { utf8 } from '@holdfast/core/base/bytes'
import { isLogDamaged } from './level-log.ts'
import { openLevelKv } from './level-kv.ts'

/** A LevelDB copied while it was open, as a crash leaves it: its log holds 40 batches. */
async function crashed(work: (folder: string, log: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-log-'))
  try {
    const kv = await openLevelKv(join(home, 'live'))
    for (let at = 0; at < 40; at++)
      await kv.write([{ put: `k/${at}`, value: new Uint8Array(1 + ((at * 977) % 5000)).fill(at) }])
    const folder = join(home, 'copy')
    await cp(join(home, 'live'), folder, { recursive: true, filter: (path) => !path.endsWith('LOCK') })
    await kv.close()
    const [log = ''] = (await readdir(folder)).filter((name) => name.endsWith('.log'))
    await work(folder, join(folder, log))
  } finally {
    await rm(home, { recursive: true })
  }
}

test('a log that a crash cut short anywhere is not called damaged', () =>
  crashed(async (_folder, path) => {
    const log = await readFile(path)
    assert.equal(isLogDamaged(log), false)
    for (let length = 0; length < log.length; length += 211) assert.equal(isLogDamaged(log.subarray(0, length)), false)
  }))

test('a flipped bit in a batch that others follow is noticed instead of dropping it silently', () =>
  crashed(async (folder, path) => {
    const log = await readFile(path)
    for (let at = 0; at < log.length / 2; at += 997) {
      const flipped = Uint8Array.from(log)
      flipped[at]! ^= 4
      assert.equal(isLogDamaged(flipped), true, `byte ${at}`)
    }
    log[20_000]! ^= 1
    await writeFile(path, log)
    await assert.rejects(openLevelKv(folder), (error) => isHoldfastError(error, 'HOME_DAMAGED'))
    const salvaged = await openLevelKv(folder, { salvage: { begin: async () => {} } })
    assert.equal((await salvaged.get('k/0'))?.length, 1)
    await salvaged.write([{ put: 'new', value: utf8('x') }])
    await salvaged.close()
    await (await openLevelKv(folder)).close()
  }))

test('a store whose table is missing says so, and what is left can be salvaged', () =>
  crashed(async (folder) => {
    const kv = await openLevelKv(folder)
    await kv.close()
    for (const name of await readdir(folder)) if (name.endsWith('.ldb')) await rm(join(folder, name))
    await assert.rejects(openLevelKv(folder), (error) => isHoldfastError(error, 'HOME_DAMAGED'))
    await (await openLevelKv(folder, { salvage: { begin: async () => {} } })).close()
    await (await openLevelKv(folder)).close()
  }))

test('garbage is never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70_000, size: 'max' }), (bytes) => typeof isLogDamaged(bytes) === 'boolean')
  )
})
