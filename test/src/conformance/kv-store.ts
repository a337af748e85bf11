// What every key-value store must do. A store runs it by giving a way to make an empty medium of its kind.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { equalBytes, utf8 } from '@holdfast/core/base/bytes'
import type { KvStore } from '@holdfast/core/ports/kv-store'
import { erasing } from './kv-erasing.ts'
import { keysOf, put, rowsOf, EVERYTHING, type KvCheck } from './kv-words.ts'
import { all, code, noise, type Subject } from './subject.ts'

export function kvStoreConformance(name: string, make: () => Promise<Subject<KvStore>>): void {
  const check = (title: string, work: (kv: KvStore, subject: Subject<KvStore>) => Promise<void>): void => {
    test(title, async () => {
      const subject = await make()
      try {
        const kv = await subject.open()
        try {
          await work(kv, subject)
        } finally {
          await kv.close()
        }
      } finally {
        await subject.remove()
      }
    })
  }

  describe(`${name} is a KvStore`, () => {
    reading(check)
    ranges(check)
    lasting(check)
    erasing(check)
    ending(check)
  })
}

function reading(check: KvCheck): void {
  check('what is not here is undefined, not an error', async (kv) => {
    assert.equal(await kv.get('a'), undefined)
    assert.deepEqual(await kv.getMany(['a', 'b']), [undefined, undefined])
    assert.deepEqual(await kv.getMany([]), [])
    await kv.write([{ del: 'a' }])
    assert.equal(await kv.get('a'), undefined)
  })

  check('a read after a resolved write sees it, in the order asked', async (kv) => {
    await kv.write([put('a', '1'), put('b', '2'), put('empty', '')])
    assert.deepEqual(await kv.get('a'), utf8('1'))
    assert.deepEqual(await kv.getMany(['b', 'nothing', 'a', 'b', 'empty']), [
      utf8('2'),
      undefined,
      utf8('1'),
      utf8('2'),
      utf8('')
    ])
  })

  check('the last change of a key in one batch wins', async (kv) => {
    await kv.write([put('a', '1'), { del: 'a' }, put('a', '2'), put('b', '1'), { del: 'b' }])
    assert.deepEqual(await kv.getMany(['a', 'b']), [utf8('2'), undefined])
  })

  check('an empty batch is nothing', async (kv) => {
    await kv.write([])
    assert.deepEqual(await rowsOf(kv), [])
  })

  check('a returned array belongs to the caller, a given one is not looked at after the write', async (kv) => {
    const given = utf8('given')
    await kv.write([{ put: 'a', value: given }])
    given.fill(0)
    const first = await kv.get('a')
    first?.fill(0)
    for await (const [, value] of kv.range(EVERYTHING)) value.fill(0)
    assert.deepEqual(await kv.get('a'), utf8('given'))
  })

  check('a value of 5 MiB comes back as it was', async (kv) => {
    const big = noise(1, 5 << 20)
    await kv.write([{ put: 'big', value: big }, put('next', 'x')])
    assert.ok(equalBytes(big, (await kv.get('big')) ?? new Uint8Array()))
    assert.equal((await all(kv.range(EVERYTHING)))[0]?.[1].length, big.length)
  })

  check('keys are printable ASCII', async (kv) => {
    for (const key of ['', 'é', 'a\0', 'a\n', '\x7f']) await assert.rejects(kv.write([put(key, 'x')]), code('INTERNAL'))
    assert.deepEqual(await rowsOf(kv), [])
  })
}

function ranges(check: KvCheck): void {
  const keys = [
    ' ',
    '!x',
    '-',
    '/',
    '0',
    '00',
    '1',
    '10',
    '2',
    ':',
    'A',
    'Z',
    '_',
    'a',
    'a/',
    'a/b',
    'a0',
    'aa',
    'b',
    '~'
  ]
  const filled = (kv: KvStore): Promise<void> => kv.write(keys.toReversed().map((key) => put(key, `=${key}`)))

  check('a range is ordered by code unit, from gte up to and without lt', async (kv) => {
    await filled(kv)
    assert.deepEqual(await keysOf(kv, EVERYTHING), keys)
    assert.deepEqual(await keysOf(kv, { gte: 'a/', lt: 'a0' }), ['a/', 'a/b'])
    assert.deepEqual(await keysOf(kv, { gte: 'a0', lt: 'a0' }), [])
    assert.deepEqual(await keysOf(kv, { gte: 'b', lt: 'a' }), [])
    assert.deepEqual((await rowsOf(kv)).at(-1), ['~', '=~'])
  })

  check('a range goes backwards and stops at its limit', async (kv) => {
    await filled(kv)
    assert.deepEqual(await keysOf(kv, { ...EVERYTHING, reverse: true }), keys.toReversed())
    assert.deepEqual(await keysOf(kv, { ...EVERYTHING, limit: 3 }), keys.slice(0, 3))
    assert.deepEqual(await keysOf(kv, { gte: '0', lt: '2', reverse: true, limit: 2 }), ['10', '1'])
    assert.deepEqual(await keysOf(kv, { ...EVERYTHING, limit: 0 }), [])
    assert.deepEqual(await keysOf(kv, { ...EVERYTHING, limit: 1000 }), keys)
  })

  check('a range reads one snapshot, whatever is written while it goes on', async (kv) => {
    const many = Array.from({ length: 500 }, (_, at) => `k${String(at).padStart(4, '0')}`)
    await kv.write(many.map((key) => put(key, 'old'.repeat(200))))
    const seen: string[] = []
    for await (const [key, value] of kv.range({ gte: 'k', lt: 'l' })) {
      assert.equal(value.length, 600)
      if (seen.length % 100 === 0) {
        await kv.write([
          ...many.map((other) => put(other, 'new')),
          { del: 'k0499' },
          put(`k0000/${seen.length}`, 'new')
        ])
      }
      seen.push(key)
    }
    assert.deepEqual(seen, many)
    assert.equal(await kv.get('k0499'), undefined)
  })

  check('leaving a range early leaves the store usable', async (kv) => {
    await filled(kv)
    for await (const [key] of kv.range(EVERYTHING)) {
      assert.equal(key, ' ')
      break
    }
    await kv.write([put('later', 'x')])
    await kv.compact(EVERYTHING)
    assert.deepEqual(await kv.get('later'), utf8('x'))
  })
}

function lasting(check: KvCheck): void {
  check('many writes at once all arrive, those to one key in the order in which they were asked for', async (kv) => {
    const writes = Array.from({ length: 1000 }, (_, at) =>
      kv.write([put(`k/${at}`, String(at)), put('last', String(at))])
    )
    await Promise.all(writes)
    assert.equal((await keysOf(kv, { gte: 'k/', lt: 'k0' })).length, 1000)
    assert.deepEqual(await kv.get('last'), utf8('999'))
  })

  check('readers and writers at once see each batch whole or not at all', async (kv) => {
    const write = async (): Promise<void> => {
      for (let at = 0; at < 50; at++) await kv.write([put('x', String(at)), put('y', String(at))])
    }
    const read = async (): Promise<void> => {
      for (let at = 0; at < 50; at++) {
        const [x, y] = (await rowsOf(kv)).map(([, value]) => value)
        assert.equal(x, y)
      }
    }
    await Promise.all([write(), read(), read()])
  })

  check('what was written is there after closing and opening', async (kv, subject) => {
    await kv.write([put('a', '1'), put('b', '2')])
    await kv.write([{ del: 'a' }])
    await kv.close()
    const again = await subject.open()
    assert.deepEqual(await rowsOf(again), [['b', '2']])
    await again.close()
  })

  check('a medium is open once at a time', async (kv, subject) => {
    await assert.rejects(subject.open(), code('IN_USE'))
    await kv.write([put('a', '1')])
    await kv.close()
    await (await subject.open()).close()
  })
}

function ending(check: KvCheck): void {
  check('closing twice is closing once, and waits for what was begun', async (kv, subject) => {
    const written = kv.write([put('a', '1')])
    await Promise.all([kv.close(), kv.close()])
    await written
    await kv.close()
    const again = await subject.open()
    assert.deepEqual(await again.get('a'), utf8('1'))
    await again.close()
  })

  check('a closed store says that it is closed', async (kv) => {
    await kv.close()
    await assert.rejects(kv.get('a'), code('STORE_CLOSED'))
    await assert.rejects(kv.getMany(['a']), code('STORE_CLOSED'))
    await assert.rejects(kv.write([put('a', '1')]), code('STORE_CLOSED'))
    await assert.rejects(all(kv.range(EVERYTHING)), code('STORE_CLOSED'))
    await assert.rejects(kv.compact(EVERYTHING), code('STORE_CLOSED'))
  })

  check('a flipped bit is noticed where it is, and only there', async (kv, subject) => {
    const value = noise(3, 64)
    await kv.write([put('a', '1'), { put: 'b', value }, put('c', '3')])
    await kv.compact(EVERYTHING)
    await kv.close()
    await subject.damage(value)
    const again = await subject.open()
    await assert.rejects(again.get('b'), code('MALFORMED'))
    await assert.rejects(all(again.range(EVERYTHING)), code('MALFORMED'))
    assert.deepEqual(await again.get('c'), utf8('3'))
    const damaged: [string, number][] = []
    const onDamaged = (key: string, remains: Uint8Array): void => void damaged.push([key, remains.length])
    assert.deepEqual(await keysOf(again, { ...EVERYTHING, onDamaged }), ['a', 'c'])
    assert.deepEqual(await keysOf(again, { ...EVERYTHING, reverse: true, limit: 2, onDamaged }), ['c'])
    assert.deepEqual(damaged, [
      ['b', value.length],
      ['b', value.length]
    ])
    await again.write([{ put: 'b', value }])
    assert.deepEqual(await again.get('b'), value)
    await again.close()
  })
}
