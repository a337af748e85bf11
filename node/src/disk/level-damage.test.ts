import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { isHoldfastError } from '@holdfast/core/base/errors'
import { maskedCrc32c } from '@holdfast/core/base/crc32c'
import { isLevelDamaged } from './level-files.ts'
import { openLevelKv } from './level-kv.ts'
import { isTableSound, rowsOfTable } from './level-table.ts'

const LONG = process.env['HOLDFAST_LONG'] === '1'
const home = await mkdtemp(join(tmpdir(), 'holdfast-level-'))
after(() => rm(home, { recursive: true, force: true }))
/** Two tables, of which the later overwrites and deletes rows of the earlier, and a log with rows of its own. */
const store = join(home, 'store')
const rows = new Map<string, string>()
await makeStore()

async function makeStore(): Promise<void> {
  const live = join(home, 'live')
  for (const round of [0, 1, 2]) {
    const kv = await openLevelKv(live)
    for (let at = round; at < 600; at += 1 + round * 2) {
      const key = `k/${String(at).padStart(6, '0')}`
      const value = `${round} of ${key}, `.repeat(1 + (at % 40))
      if (round > 0 && at % 5 === 0) rows.delete(key)
      else rows.set(key, value)
      await kv.write([round > 0 && at % 5 === 0 ? { del: key } : { put: key, value: Buffer.from(value) }])
    }
    if (round === 2) await cp(live, store, { recursive: true, filter: (path) => !path.endsWith('LOCK') })
    await kv.close()
  }
}

async function salvaged(folder: string): Promise<{ rows: Map<string, string>; damaged: string[] }> {
  const kv = await openLevelKv(folder, { salvage: { begin: async () => {} } })
  const damaged: string[] = []
  const found = new Map<string, string>()
  for await (const [key, value] of kv.range({ gte: ' ', lt: '~', onDamaged: (name) => void damaged.push(name) }))
    found.set(key, Buffer.from(value).toString())
  await kv.compact({ gte: ' ', lt: '~' })
  await kv.close()
  return { rows: found, damaged }
}

async function inCopy(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = join(home, 'copy')
  await cp(store, folder, { recursive: true })
  try {
    await work(folder)
  } finally {
    for (const name of await readdir(home)) if (name.startsWith('copy')) await rm(join(home, name), { recursive: true })
  }
}

const filesOf = async (folder: string, kind = /\.(ldb|log)$|^MANIFEST|^CURRENT/): Promise<string[]> =>
  (await readdir(folder))
    .filter((name) => kind.test(name))
    .sort()
    .map((name) => join(folder, name))

test('the checksum is the one LevelDB uses', () => {
  // CRC-32C of "123456789" is e3069283 (RFC 3720), and masked as doc/log_format.md says.
  const crc = 0xe3069283
  assert.equal(maskedCrc32c(Buffer.from('123456789')), (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0)
})

test('what is whole is opened as it is', () =>
  inCopy(async (folder) => {
    assert.ok((await filesOf(folder, /\.ldb$/)).length >= 2)
    assert.equal(await isLevelDamaged(folder), false)
    assert.deepEqual((await salvaged(folder)).rows, rows)
  }))

test('a flipped bit in a table is noticed before LevelDB reads it, or lies where rows are checked', async () => {
  const [path = ''] = await filesOf(store, /\.ldb$/)
  const table = await readFile(path)
  assert.equal(isTableSound(table), true)
  const namesOf = (): string[] => [...rowsOfTable(table)].map(({ key, sequence }) => `${Buffer.from(key)} ${sequence}`)
  const names = namesOf()
  let noticed = 0
  for (let at = 0; at < table.length; at += at > table.length - 200 ? 1 : 61) {
    table[at]! ^= 1 << (at % 8)
    if (!isTableSound(table)) noticed++
    else assert.equal(namesOf().length, names.length, `byte ${at}`)
    table[at]! ^= 1 << (at % 8)
  }
  assert.ok(noticed > 100)
})

test('a damaged value does not close the store, a damaged key does', () =>
  inCopy(async (folder) => {
    const [path = ''] = await filesOf(folder, /\.ldb$/)
    const table = await readFile(path)
    const at = table.indexOf('of k/000306')
    table[at]! ^= 1
    assert.equal(isTableSound(table), true)
    await writeFile(path, table)
    const kv = await openLevelKv(folder)
    await assert.rejects(kv.get('k/000306'), (error) => isHoldfastError(error, 'MALFORMED'))
    await kv.compact({ gte: ' ', lt: '~' })
    await kv.close()
    const key = table.indexOf('k/0000')
    table[key]! ^= 0x10
    assert.equal(isTableSound(table), false)
  }))

test('a table cut anywhere is noticed, and what lies before the cut is read', async () => {
  const [path = ''] = await filesOf(store, /\.ldb$/)
  const table = await readFile(path)
  const all = [...rowsOfTable(table)].length
  for (let length = 0; length < table.length; length += 997)
    assert.equal(isTableSound(table.subarray(0, length)), false)
  const half = [...rowsOfTable(table.subarray(0, table.length >> 1))].length
  assert.ok(half > all / 3 && half < all)
})

for (let seed = 0; seed < (LONG ? 400 : 12); seed++) {
  test(`whatever is damaged, the store opens again with rows that were written (${seed})`, () =>
    inCopy(async (folder) => {
      const random = fc.sample(fc.nat(0xffff), { numRuns: 4000, seed })
      const next = (below: number): number => (random.pop()! * 65_536 + random.pop()!) % below
      for (const path of await filesOf(folder))
        if (/\.(ldb|log)$/.test(path) || next(6) === 0) await writeFile(path, hurt(await readFile(path), seed, next))
      const isDamaged = await isLevelDamaged(folder)
      if (isDamaged) await assert.rejects(openLevelKv(folder), (error) => isHoldfastError(error, 'HOME_DAMAGED'))
      const found = await salvaged(folder)
      for (const [key, value] of found.rows) assert.ok(value.includes(`of ${key}, `), key)
      if (seed % 6 === 5) assert.ok(found.rows.size > rows.size / 2, `${found.rows.size} rows`)
      const kv = await openLevelKv(folder)
      await kv.write([{ put: 'after', value: new Uint8Array(1) }])
      await kv.close()
    }))
}

/** One kind of damage for each seed. */
function hurt(bytes: Buffer, seed: number, next: (below: number) => number): Buffer {
  if (bytes.length === 0) return bytes
  const kind = seed % 6
  if (kind === 0) for (let at = 100; at < bytes.length; at += 997) bytes[at]! ^= 0xff
  if (kind === 1) for (let count = next(60); count >= 0; count--) bytes[next(bytes.length)] = next(256)
  if (kind === 2)
    for (let count = next(4); count >= 0; count--) bytes.subarray(next(bytes.length)).subarray(0, next(5000)).fill(0)
  if (kind === 3) return bytes.subarray(0, next(bytes.length))
  if (kind === 4) bytes.copyWithin(next(bytes.length), next(bytes.length), bytes.length)
  if (kind === 5) bytes[bytes.length - 1 - next(Math.min(bytes.length, 60))]! ^= 1 << next(8)
  return bytes
}

test('a salvage that was broken off is done, from wherever it was', async () => {
  const damage = async (folder: string): Promise<void> => {
    for (const table of await filesOf(folder, /\.ldb$/)) {
      const bytes = await readFile(table)
      bytes[bytes.length - 1]! ^= 1
      await writeFile(table, bytes)
    }
  }
  const steps: ((folder: string) => Promise<void>)[] = [
    // Copying had begun.
    async (folder) => {
      await damage(folder)
      await mkdir(`${folder}.salvaged`)
      await writeFile(`${folder}.salvaged/000003.log`, 'half of it')
    },
    // All was copied, and the damaged store was out of the way.
    async (folder) => {
      await cp(folder, `${folder}.salvaged`, { recursive: true })
      await damage(folder)
      await rename(folder, `${folder}.damaged`)
    },
    // Only the damaged store was left to take away.
    async (folder) => {
      await cp(folder, `${folder}.damaged`, { recursive: true })
      await damage(`${folder}.damaged`)
    }
  ]
  for (const broken of steps) {
    await inCopy(async (folder) => {
      await broken(folder)
      assert.deepEqual((await salvaged(folder)).rows, rows)
      assert.deepEqual(
        (await readdir(home)).filter((name) => name.startsWith('copy')),
        ['copy']
      )
    })
  }
})

test('a store that another process has open is not salvaged under its hands', () =>
  inCopy(async (folder) => {
    const program = `const { openLevelKv } = await import(process.argv[1]); await openLevelKv(process.argv[2]); console.log('open'); setInterval(() => {}, 1000)`
    const level = new URL('./level-kv.js', import.meta.url).href
    const other = spawn(process.execPath, ['--input-type=module', '-e', program, level, folder])
    await once(other.stdout, 'data')
    const [table = ''] = await filesOf(folder, /\.ldb$/)
    const bytes = await readFile(table)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(table, bytes)
    let begun = false
    const salvage = { begin: async () => void (begun = true) }
    await assert.rejects(openLevelKv(folder, { salvage }), (error) => isHoldfastError(error, 'IN_USE'))
    assert.equal(begun, false)
    other.kill('SIGKILL')
    await once(other, 'close')
    assert.deepEqual((await salvaged(folder)).rows, rows)
  }))

test('garbage is never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000, size: 'max' }), (bytes) => {
      assert.equal(isTableSound(bytes), false)
      return [...rowsOfTable(bytes)].length >= 0
    })
  )
})
