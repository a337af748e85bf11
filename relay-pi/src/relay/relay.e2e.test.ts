import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { EntryHash } from '@holdfast/core/base/ids'
import { blake3Id } from '@holdfast/core/proof/blake3'
import { meet } from '@holdfast/core/net/meet'
import { Client, filler, registration, testAccount } from '../testing/client.ts'
import { ask, command, RelayProcess } from '../testing/relay-process.ts'
import { scene, temporaryHome, until } from '../testing/scene.ts'

test('what one device brings another one gets from the relay, also when they are never there together', async (t) => {
  const { at, laptop, phone, vault, relay } = await scene(t)
  const contents = [filler('manifest', 900), filler('a', 300_000), filler('b', 1_500_000)]
  const { entry } = await laptop.add(vault, 'holiday', contents)
  await (await laptop.connect(at)).idle()
  assert.ok(laptop.home.replica.peers.hasComplete(at.relay, vault, entry), 'the relay says pinned')
  await laptop.close()

  const session = await phone.connect(at)
  await session.idle()
  await phone.exchange.idle()
  assert.ok(phone.home.vault(vault).log.has(entry))
  for (const content of contents) assert.deepEqual(phone.home.blobs.blobs.get(blake3Id(content)), content)
  const status = await ask(relay.home, 'status')
  const bytes = contents.reduce((sum, one) => sum + one.length, 0)
  assert.deepEqual(
    [
      status['type'],
      status['pins'],
      status['blobs'],
      status['bytes'],
      status['damaged'],
      status['incomplete'],
      status['uploads'],
      status['connected']
    ],
    ['status', 1, 3, bytes, 0, 0, 0, 1]
  )
  assert.equal(status['entries'], laptop.home.vault(vault).log.order().length)
})

test('a new entry reaches a connected member at once, without being asked for', async (t) => {
  const { at, laptop, phone, vault } = await scene(t)
  const [near, far] = [await laptop.connect(at), await phone.connect(at)]
  await near.idle()
  await until(
    () => phone.home.vault(vault).log.heads().length === 1 && phone.home.vault(vault).log.writableEpoch() !== null
  )
  await far.idle()
  const { entry, record } = await laptop.add(vault, 'note', [filler('note', 500)])
  await until(() => phone.home.vault(vault).log.has(entry))
  await until(() => phone.home.blobs.blobs.has(record.manifest.id))
  const answer = await phone.add(vault, 'reply', [filler('reply', 400)])
  await until(() => laptop.home.blobs.blobs.has(answer.record.manifest.id))
})

test('killed in the middle of an upload the relay has everything it acknowledged, and takes the rest again', async (t) => {
  const s = await scene(t)
  const { at, laptop, phone, vault } = s
  const entries: EntryHash[] = []
  for (let i = 0; i < 40; i += 1)
    entries.push((await laptop.add(vault, `file ${i}`, [filler(`m${i}`, 700), filler(`c${i}`, 200_000 + i)])).entry)
  const pinned = (): EntryHash[] =>
    entries.filter((entry) => laptop.home.replica.peers.hasComplete(at.relay, vault, entry))
  const first = await laptop.connect(at)
  await until(() => pinned().length >= 5)
  const killed = s.crash()
  await assert.rejects(first.idle(), { code: 'DISCONNECTED' })
  const acknowledged = pinned()
  await killed
  t.diagnostic(`killed with ${acknowledged.length} of ${entries.length} acknowledged`)

  // The other device has never seen the first one: all it gets is what the relay kept.
  const session = await phone.connect(at)
  await session.idle()
  await phone.exchange.idle()
  for (const entry of acknowledged) {
    assert.ok(phone.home.vault(vault).log.has(entry))
    for (const { manifest, blobs } of phone.home.vault(vault).recordsOf(entry))
      for (const { id } of [manifest, ...blobs])
        assert.ok(phone.home.blobs.blobs.has(id), 'a blob of a pinned object is there')
  }
  await until(
    async () => (
      await laptop.connect(at).then(
        (again) => again.idle(),
        () => undefined
      ),
      pinned().length === entries.length
    )
  )
  const status = await ask(s.relay.home, 'status')
  assert.deepEqual(
    [status['pins'], status['blobs'], status['incomplete'], status['damaged'], status['uploads']],
    [40, 80, 0, 0, 0]
  )
})

test('a stranger learns nothing and gets nothing, whatever it asks', async (t) => {
  const { at, laptop, vault, genesis } = await scene(t)
  const { record } = await laptop.add(vault, 'secret', [filler('secret', 800)])
  await (await laptop.connect(at)).idle()
  const stranger = await Client.open('stranger')
  t.after(() => stranger.close())
  await assert.rejects(stranger.ask(at, { kind: 'account' }), { code: 'REFUSED' })
  await assert.rejects(stranger.hostVault(at, genesis), { code: 'REFUSED' })
  // It knows the vault's name and a blob's and pretends to be a member.
  await stranger.home.replica.addVault(genesis.bytes, [at.relay])
  const session = await stranger.connect(at)
  await until(() => session.state.role === 'relay')
  assert.deepEqual(session.state.shared, [])
  await assert.rejects(stranger.exchange.fetch(vault, record.manifest.id, 800, AbortSignal.timeout(20_000)), {
    code: 'NOT_HERE'
  })
  assert.equal(stranger.home.vault(vault).log.order().length, 1)
})

test('strangers that keep asking are asked to wait, and members are served meanwhile', async (t) => {
  const { at, laptop } = await scene(t)
  const stranger = await Client.open('pest')
  t.after(() => stranger.close())
  const codes: string[] = []
  for (let i = 0; i < 12; i += 1)
    await stranger.ask(at, { kind: 'account' }).catch((error: HoldfastError) => codes.push(error.code))
  assert.equal(codes.length, 12)
  assert.equal(codes[0], 'REFUSED')
  const limited = await stranger.ask(at, { kind: 'account' }).catch((error: HoldfastError) => error)
  assert.ok(limited instanceof HoldfastError && limited.code === 'RATE_LIMITED' && limited.waitMs! > 0)
  assert.equal((await laptop.ask(at, { kind: 'account' })).kind, 'account')
})

test('an invitation is good for one account, and asking again with it changes nothing for that one', async (t) => {
  const home = await temporaryHome(t)
  let relay = await RelayProcess.start(home)
  t.after(() => relay.end('SIGKILL'))
  const invite = await relay.invite()
  const at = { ...invite, addresses: relay.addresses }
  const [anna, bert] = [await testAccount('anna'), await testAccount('bert')]
  const [laptop, other] = [await Client.open('laptop'), await Client.open('other')]
  t.after(() => Promise.all([laptop.close(), other.close()]))
  assert.deepEqual(await laptop.register(at, anna), { kind: 'registered' })
  assert.deepEqual(await laptop.register(at, anna), { kind: 'registered' }, 'the answer was lost')
  await assert.rejects(other.register(at, bert), { code: 'INVITE_USED' })
  await assert.rejects(other.register({ ...at, secret: new Uint8Array(16) }, bert), { code: 'INVITE_USED' })
  // A certificate of somebody else's device is worth nothing.
  const second = await relay.invite()
  await assert.rejects(other.ask(at, await registration(bert, laptop, second.secret)), { code: 'REFUSED' })
  await relay.end('SIGKILL')
  relay = await RelayProcess.start(home)
  const again = { ...at, addresses: relay.addresses }
  await assert.rejects(other.register(again, bert), { code: 'INVITE_USED' })
  assert.deepEqual(await other.register({ ...again, secret: second.secret }, bert), { kind: 'registered' })
  const account = await laptop.ask(again, { kind: 'account' })
  assert.deepEqual(account, { kind: 'account', account: anna.id, vaults: 0, bytes: 0, quotaBytes: 0 })
})

test('one relay a home; commands reach the one that runs and open the home themselves when none does', async (t) => {
  const home = await temporaryHome(t)
  assert.equal((await command(home, 'status')).code, 10)
  const relay = await RelayProcess.start(home)
  t.after(() => relay.end('SIGKILL'))
  const second = await command(home, 'serve', '--listen', '/ip4/127.0.0.1/tcp/0')
  assert.equal(second.code, 11)
  assert.equal(second.lines[0]?.['code'], 'IN_USE')
  assert.equal((await ask(home, 'status'))['running'], true)
  const invite = await relay.invite()
  assert.deepEqual(
    invite.addresses,
    relay.addresses.map((address) => address.replace(/\/p2p\/.*/, ''))
  )
  assert.equal(await relay.end('SIGTERM'), 0)
  assert.equal((await ask(home, 'status'))['running'], false)
  assert.equal((await ask(home, 'invite'))['type'], 'invite')
  assert.equal((await ask(home, 'collect', '--now'))['type'], 'collected')
})

test('told to stop it ends at once with success, also while members are connected and uploading', async (t) => {
  const { at, relay, laptop, phone, vault } = await scene(t)
  const far = await phone.connect(at)
  await far.idle()
  for (let i = 0; i < 10; i += 1)
    await laptop.add(vault, `file ${i}`, [filler(`m${i}`, 700), filler(`c${i}`, 1_000_000)])
  const near = await laptop.connect(at)
  await until(() => near.state.shared.length > 0)
  const startedMs = performance.now()
  assert.equal(await relay.end('SIGTERM'), 0)
  t.diagnostic(`down after ${Math.round(performance.now() - startedMs)} ms`)
})

test('a port that is taken is one clear error', async (t) => {
  const relay = await RelayProcess.start(await temporaryHome(t))
  t.after(() => relay.end('SIGKILL'))
  const taken = relay.addresses[0]!.replace(/\/p2p\/.*/, '')
  const { code, lines } = await command(await temporaryHome(t), 'serve', '--listen', taken)
  assert.deepEqual([code, lines[0]?.['code']], [1, 'CANNOT_LISTEN'])
})

test('two strangers that know one secret exchange frames through the relay, which keeps none of them', async (t) => {
  const relay = await RelayProcess.start(await temporaryHome(t))
  const [near, far] = [await Client.open('near'), await Client.open('far')]
  t.after(() => Promise.all([near.close(), far.close(), relay.end('SIGKILL')]))
  const at = { relay: (await relay.invite()).relay, addresses: relay.addresses }
  const name = filler('rendezvous', 32)
  const [offers, joins] = await Promise.all([
    meet(await near.dial(at), name, 'offers'),
    meet(await far.dial(at), name, 'joins')
  ])
  await offers.send(filler('hello', 500))
  assert.deepEqual(await joins.next(), filler('hello', 500))
  await joins.send(filler('join', 60_000))
  assert.deepEqual(await offers.next(), filler('join', 60_000))
  const late = await Client.open('late')
  t.after(() => late.close())
  await assert.rejects(
    meet(await late.dial(at), name, 'joins'),
    { code: 'PAIRING_EXPIRED' },
    'a rendezvous takes each side once'
  )
})
