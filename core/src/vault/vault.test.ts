import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../base/bytes.ts'
import type { WrapBody } from '../log/epoch-body.ts'
import { writeClear } from './author.ts'
import { floorOf } from './floors.ts'
import type { Keyring } from './keyring.ts'
import { epochRecipients } from './recipients.ts'
import { exchangeLogs, VaultHome } from './testing.ts'

test('a device that joins reads what was written before it came, and what it writes is read', async () => {
  const laptop = await VaultHome.found()
  await laptop.write('docs/a.txt', 'before')
  const phone = await VaultHome.join(laptop, 'phone')
  await exchangeLogs(laptop, phone)
  assert.deepEqual(phone.names(), ['docs', 'docs/a.txt'])
  await phone.vault.move(['docs', 'a.txt'], ['docs', 'b.txt'])
  await exchangeLogs(laptop, phone)
  assert.deepEqual(laptop.names(), ['docs', 'docs/b.txt'])
  assert.deepEqual(await laptop.read('docs/b.txt'), utf8('before'))
  assert.ok(phone.changes > 0)
})

test('the wrap that lets a device in is used although it stands on changes that only it opens', async () => {
  const laptop = await VaultHome.found()
  for (const name of ['a', 'b', 'c']) await laptop.write(name, name)
  const phone = await VaultHome.join(laptop, 'phone')
  const wrap = laptop.log
    .order()
    .map((hash) => laptop.log.entry(hash)!.header)
    .findLast(({ kind }) => kind === 'wrap')
  assert.ok(wrap !== undefined && wrap.seq > 3)
  await exchangeLogs(laptop, phone)
  assert.deepEqual(phone.names(), ['a', 'b', 'c'])
  assert.deepEqual(phone.vault.problems(), { voids: [], keys: [], waiting: 0 })
})

test('entries whose key has not come wait, nothing is written meanwhile, and everything is there once it comes', async () => {
  const laptop = await VaultHome.found()
  await laptop.write('a', 'a')
  const phone = await VaultHome.join(laptop, 'phone', { isCertified: false })
  await exchangeLogs(laptop, phone).catch(() => undefined)
  for (const hash of laptop.log.order()) {
    const wire = (await laptop.vault.replica.wireEntry(hash))!
    await phone.vault.replica.receive([wire], laptop.secrets.device)
  }
  await phone.vault.settled()
  assert.deepEqual(phone.names(), [])
  assert.ok(phone.vault.problems().waiting > 0)
  await assert.rejects(phone.vault.makeFolder(['mine']), { code: 'UNKNOWN_EPOCH' })
  await laptop.certify(phone)
  await exchangeLogs(laptop, phone)
  assert.deepEqual(phone.names(), ['a'])
  assert.equal(phone.vault.problems().waiting, 0)
  await phone.vault.makeFolder(['mine'])
})

test('a device signs nothing until it has reached what its introducer knew', async () => {
  const laptop = await VaultHome.found()
  await laptop.write('a', 'a')
  const seed = await VaultHome.join(laptop, 'not yet')
  const phone = await VaultHome.join(laptop, 'phone')
  const floor = floorOf(laptop.log)
  await exchangeLogs(laptop, seed)
  const held = await VaultHome.join(laptop, 'held', { floor })
  for (const write of [
    held.vault.makeFolder(['x']),
    held.vault.ensureEpoch(),
    held.write('x', 'x'),
    held.vault.state([])
  ]) {
    await assert.rejects(write, { code: 'WRITES_HELD' })
  }
  await exchangeLogs(laptop, held)
  await held.vault.makeFolder(['x'])
  await exchangeLogs(laptop, phone)
})

test('a saved index that is damaged, torn or older than the log is built again, the same', async () => {
  const laptop = await VaultHome.found()
  for (const name of ['a', 'b', 'c', 'd']) await laptop.write(name, name)
  await laptop.vault.close()
  const rows = [...laptop.kv.rows].filter(([key]) => key.startsWith('index/'))
  assert.ok(rows.length > 1)
  const [first] = rows
  const damages: (() => void)[] = [
    () =>
      laptop.kv.rows.set(
        first![0],
        first![1].map((byte, at) => (at === 70 ? byte ^ 1 : byte))
      ),
    () => laptop.kv.rows.set(first![0], new Uint8Array(3)),
    () => laptop.kv.rows.set(first![0], rows[1]![1]),
    () => void laptop.kv.rows.delete(first![0])
  ]
  for (const damage of damages) {
    for (const [key, value] of rows) laptop.kv.rows.set(key, value)
    damage()
    await laptop.open()
    assert.deepEqual(laptop.names(), ['a', 'b', 'c', 'd'])
    assert.deepEqual(laptop.vault.problems().voids, [])
    await laptop.vault.close()
  }
  await laptop.open()
  assert.deepEqual(laptop.names(), ['a', 'b', 'c', 'd'])
  assert.equal([...laptop.kv.rows.keys()].filter((key) => key.startsWith('index/')).length, rows.length)
})

test('a saved index that holds an entry which does not count any more is not used', async () => {
  const laptop = await VaultHome.found()
  await laptop.write('kept', 'kept')
  await laptop.write('taken back', 'x')
  await laptop.vault.saveIndex()
  await laptop.vault.replica.withdrawUnannounced()
  await laptop.open()
  assert.ok(!laptop.names().includes('taken back'))
  await laptop.vault.rewrite()
  assert.deepEqual(laptop.names(), ['kept', 'taken back'])
  await laptop.open()
  assert.deepEqual(await laptop.read('taken back'), utf8('x'))
})

test('what a rollback takes back is written again with all it was: contents, folders, moves, deletions, shreds', async () => {
  const laptop = await VaultHome.found()
  await laptop.write('a', 'a')
  await laptop.write('gone', 'gone')
  await laptop.write('shredded', 'secret')
  await laptop.vault.makeFolder(['f'])
  await laptop.vault.move(['a'], ['f', 'b'])
  await laptop.vault.remove(['gone'])
  await laptop.vault.shred(laptop.vault.index.tree.resolve(['shredded'])!.id)
  const before = laptop.names()
  const deleted = laptop.vault.index.tree.deleted().map(({ name }) => name)
  await laptop.vault.replica.withdrawUnannounced()
  await laptop.vault.settled()
  assert.deepEqual(laptop.names(), [])
  await laptop.vault.rewrite()
  assert.deepEqual(laptop.names(), before)
  assert.deepEqual(
    laptop.vault.index.tree.deleted().map(({ name }) => name),
    deleted
  )
  assert.deepEqual(await laptop.read('f/b'), utf8('a'))
  assert.deepEqual(await laptop.vault.replica.withdrawn(), [])
  await laptop.open()
  assert.deepEqual(await laptop.read('f/b'), utf8('a'))
  assert.deepEqual(laptop.vault.problems().voids, [])
})

test('a shred leaves nothing to read, here or where it arrives', async () => {
  const laptop = await VaultHome.found()
  await laptop.write('f/secret', 'secret')
  await laptop.write('other', 'other')
  const content = laptop.vault.index.tree.resolve(['f', 'secret'])!.content!
  const phone = await VaultHome.join(laptop, 'phone')
  await exchangeLogs(laptop, phone)
  assert.deepEqual(await laptop.vault.shred(laptop.vault.index.tree.resolve(['f'])!.id), { files: 2, objects: 1 })
  await exchangeLogs(laptop, phone)
  for (const { vault } of [laptop, phone]) {
    assert.deepEqual(
      [...vault.index.tree.walk(null)].map(({ path }) => path.join('/')),
      ['other']
    )
    assert.ok(content.kind !== 'folder')
    await assert.rejects(vault.read(content).next(), { code: 'NOT_HERE' })
  }
})

test('there is no last epoch', async () => {
  const laptop = await VaultHome.found()
  for (let i = 0; i < 66; i++) await laptop.vault['writer'].beginEpoch()
  await laptop.write('a', 'a')
  assert.deepEqual(laptop.names(), ['a'])
})

/** A member begins an epoch whose wraps for these devices hold noise. */
async function beginBad(by: VaultHome, victims: readonly VaultHome[]): Promise<WrapBody> {
  const recipients = epochRecipients(by.log.membership())
  const keyring: Keyring = by.vault['keyring']
  const body = await keyring.begin(
    recipients,
    by.log.epochs().map(({ id }) => id),
    by.random
  )
  const isVictim = (id: string): boolean => victims.some(({ secrets }) => secrets.device === id)
  const wraps = body.wraps.map((wrap) =>
    isVictim(wrap.id) ? { ...wrap, sealed: wrap.sealed.map((byte) => byte ^ 1) } : wrap
  )
  await writeClear(by.vault.replica, by.author, { kind: 'epoch', ...body, wraps })
  await by.vault.settled()
  return body
}

test('an epoch whose secret is proven bad is passed by, its writer is shown, and everybody else writes and reads on', async () => {
  const laptop = await VaultHome.found()
  const [phone, evil] = [await VaultHome.join(laptop, 'phone'), await VaultHome.join(laptop, 'evil')]
  for (const home of [phone, evil]) await exchangeLogs(laptop, home)
  const { epoch } = await beginBad(evil, [laptop, phone])
  await evil.write('hidden', 'x')
  for (const home of [laptop, phone]) await exchangeLogs(evil, home)
  await laptop.write('a', 'a')
  await exchangeLogs(laptop, phone)
  await phone.vault.move(['a'], ['b'])
  await exchangeLogs(laptop, phone)
  for (const home of [laptop, phone]) {
    assert.deepEqual(home.names(), ['b'])
    const { keys, waiting } = home.vault.problems()
    assert.deepEqual([keys.map((one) => [one.epoch, one.writer]), waiting], [[[epoch, evil.secrets.device]], 1])
  }
  assert.equal(laptop.log.epochs().length, 2)
})

test('what was written under an epoch that opened to others only is read once the right secret comes', async () => {
  const laptop = await VaultHome.found()
  const phone = await VaultHome.join(laptop, 'phone')
  await exchangeLogs(laptop, phone)
  const { epoch } = await beginBad(laptop, [phone])
  await laptop.write('under it', 'x')
  await exchangeLogs(laptop, phone)
  await phone.write('mine', 'y')
  await phone.vault.state([])
  await exchangeLogs(laptop, phone)
  await laptop.vault.move(['mine'], ['ours'])
  await exchangeLogs(laptop, phone)
  await phone.write('mine too', 'z')
  assert.deepEqual(phone.names(), ['mine', 'mine too'])
  const { device, xPublic } = phone.secrets
  const wraps = await laptop.vault['keyring'].wrap(epoch, [{ kind: 'device', id: device, xPublic }], laptop.random)
  await writeClear(laptop.vault.replica, laptop.author, { kind: 'wrap', epoch, wraps })
  await exchangeLogs(laptop, phone)
  for (const home of [laptop, phone]) {
    assert.deepEqual(home.names(), ['mine too', 'ours', 'under it'])
    assert.deepEqual([home.vault.problems().waiting, home.vault.problems().voids], [0, []])
  }
  await phone.write('after', '!')
  assert.equal(phone.log.epochs().length, 2)
})

test('a vault that hears nothing of its own entries says so, instead of writing on a past it does not know', async () => {
  const home = await VaultHome.found('laptop')
  Object.assign(home.vault, { admitted: () => undefined })
  await assert.rejects(home.vault.makeFolder(['a', 'b', 'c']), { code: 'INTERNAL' })
  assert.deepEqual(home.vault.problems().voids, [])
})
