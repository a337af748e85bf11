// What was deleted or overwritten is gone from the raw medium once its range was compacted.
import assert from 'node:assert/strict'
import { utf8 } from '@holdfast/core/base/bytes'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { keysOf, put, type KvCheck } from './kv-words.ts'
import { noise, type Subject } from './subject.ts'

export function erasing(check: KvCheck): void {
  const secret = noise(7, 64)
  const range = { gte: 'k/', lt: 'k0' }
  const gone = async (kv: KvStore, subject: Subject<KvStore>): Promise<void> => {
    assert.equal(await subject.rawContains(secret), true, 'it is on the medium before')
    await kv.write([{ del: 'k/5' }])
    await kv.compact(range)
    assert.equal(await subject.rawContains(secret), false, 'and not after')
    assert.deepEqual(await kv.get('k/4'), utf8('kept'))
  }
  const around = [put('k/4', 'kept'), { put: 'k/5', value: secret }, put('k/6', 'kept'), put('z', 'other')]

  check('a value deleted and compacted at once is gone from the raw medium', async (kv, subject) => {
    await kv.write(around)
    await gone(kv, subject)
  })

  check('a value that was compacted before is gone too when deleted later', async (kv, subject) => {
    await kv.write(around)
    await kv.compact({ gte: 'a', lt: 'zz' })
    await kv.compact(range)
    await gone(kv, subject)
  })

  check('an overwritten value is gone as well', async (kv, subject) => {
    await kv.write(around)
    await kv.write([put('k/5', 'new')])
    await kv.compact({ gte: 'k/5', lt: 'k/6' })
    assert.equal(await subject.rawContains(secret), false)
    assert.deepEqual(await kv.get('k/5'), utf8('new'))
  })

  check(
    'a value written and deleted before the store was opened again is gone after compacting',
    async (kv, subject) => {
      await kv.write(around)
      await kv.write([{ del: 'k/5' }])
      await kv.close()
      const again = await subject.open()
      await again.compact(range)
      assert.equal(await subject.rawContains(secret), false)
      await again.close()
    }
  )

  check('a value among many megabytes is gone after compacting', async (kv, subject) => {
    const filler = Array.from({ length: 48 }, (_, at) => ({
      put: `k/${at % 10}/${at}`,
      value: noise(100 + at, 200_000)
    }))
    await kv.write(filler.slice(0, 24))
    await kv.write(around)
    for (const row of filler.slice(24)) await kv.write([row])
    await gone(kv, subject)
    assert.equal((await keysOf(kv, range)).length, 50)
  })

  check('compacting waits for a range that still sees what was deleted', async (kv, subject) => {
    await kv.write(around)
    let compacted: Promise<void> | undefined
    for await (const [key, value] of kv.range(range)) {
      if (compacted === undefined) {
        await kv.write([{ del: 'k/5' }])
        compacted = kv.compact(range)
      }
      if (key === 'k/5') assert.deepEqual(value, secret)
    }
    await compacted
    assert.equal(await subject.rawContains(secret), false)
  })
}
