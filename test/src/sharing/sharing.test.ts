import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contactOf } from '@holdfast/core/vault/contacts'
import { keepContact, ownCard } from '@holdfast/core/engine/account/contacts'
import { leave } from '@holdfast/core/engine/sharing/leaving'
import { assertMayInvite, foundMounted, removeMember, setRole, sharedAt } from '@holdfast/core/engine/sharing/sharing'
import { refusedPaths } from '@holdfast/core/engine/vault-status'
import { Device } from '../attacks/scene/device.ts'
import { connect, exchange, until } from '../attacks/scene/link.ts'
import { run } from '../mounts/scene.ts'
import { accept, friends, namesIn, post, share, shareAndAccept } from './friends.ts'
import type { Friend } from './friends.ts'

test('what is shared is linked: a relay that has it is sent no content', async () => {
  const [anna] = (await friends('anna')) as [Friend]
  const count = 400
  for (let i = 0; i < count; i++) await anna.device.write(`docs/file ${i}.txt`, `content ${i}`)
  await exchange(anna.device, anna.relay)
  const { engine } = anna.device
  const { vault, mount } = await sharedAt(engine, ['docs'])
  await anna.relay.replica.addVault({ ...mount.genesis, payload: null, pinList: null })
  let sent = 0
  let puts = 0
  const link = connect(anna.device, anna.relay, {
    hostile: (real) => ({
      ...real,
      peer: real.peer,
      send: (message) => real.send(message),
      request: (header, options) => real.request(header, options),
      onMessage: (handler) =>
        real.onMessage((message) => {
          sent += message.length
          return handler(message)
        }),
      onRequest: (handler) =>
        real.onRequest((header, body) => {
          sent += header.length + body.length
          if (body.length > 0) puts++
          return handler(header, body)
        }),
      onClose: (handler) => real.onClose(handler),
      close: () => real.close()
    })
  })
  await link.settled()
  link.close()
  assert.equal(puts, 0)
  assert.ok(sent < count * 400, `${sent / count} bytes a file`)
  for (const hash of vault.replica.log.pins().liveRecords())
    assert.equal(engine.home.replica.peers.holdsObject(anna.relay.id, vault.id, hash), true)
  assert.equal(namesIn(vault).length, count)
})

test('several people work in one folder; whoever is taken out keeps what they had and gets nothing new', async () => {
  const [anna, carl, dora] = (await friends('anna', 'carl', 'dora')) as [Friend, Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  const { mine, theirs } = await shareAndAccept(anna, 'docs', carl)
  const dorasVault = (await shareAndAccept(anna, 'docs', dora)).theirs
  // Two devices that accept at once must not make two of it.
  assert.equal(carl.device.vault.index.tree.resolve(['shared'])?.id, '73686172656400000000000000000000')
  assert.equal(dorasVault.id, mine.id)
  await run(carl.device, 'mkdir', { paths: ['/shared/docs/of carl'] })
  await run(dora.device, 'mkdir', { paths: ['/shared/docs/of dora'] })
  await everybodyMeets(anna, carl, dora)
  for (const vault of [mine, theirs, dorasVault]) assert.deepEqual(namesIn(vault), ['a.txt', 'of carl', 'of dora'])
  await removeMember(mine, carl.device.home.state.account)
  await run(anna.device, 'mkdir', { paths: ['/docs/later'] })
  await run(carl.device, 'mkdir', { paths: ['/shared/docs/too late'] })
  await everybodyMeets(anna, carl, dora)
  assert.deepEqual(namesIn(dorasVault), ['a.txt', 'later', 'of carl', 'of dora'])
  assert.deepEqual(namesIn(mine), namesIn(dorasVault))
  assert.equal(namesIn(theirs).includes('later'), false)
  assert.deepEqual((await run(carl.device, 'cat', { paths: ['/shared/docs/a.txt'] })).output, 'alpha')
})

test('whoever was taken out is told so, also later and alone, until they are let in again', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  const { mine } = await shareAndAccept(anna, 'docs', carl)
  const refused = async (): Promise<unknown[]> => {
    const [status] = await run(carl.device, 'status', {})
    return (status?.['vaults'] as { path: string; refused: boolean }[]).map((one) => [one.path, one.refused])
  }
  const isOut = (is: boolean): unknown[] => [
    ['/', false],
    ['/shared/docs', is]
  ]
  assert.deepEqual(await refused(), isOut(false))
  await removeMember(mine, carl.device.home.state.account)
  await exchange(anna.device, anna.relay)
  await exchange(carl.device, anna.relay)
  assert.deepEqual(await refused(), isOut(true))
  await carl.device.restart()
  assert.deepEqual(await refused(), isOut(true))
  assert.deepEqual(refusedPaths(carl.device.engine), [['shared', 'docs']])
  assert.deepEqual(
    (await run(carl.device, 'ls', { path: '/shared/docs' })).map(({ path }) => path),
    ['/shared/docs/a.txt']
  )
  await share(anna, 'docs', carl)
  await exchange(carl.device, anna.relay)
  assert.deepEqual(await refused(), isOut(false))
  await carl.device.restart()
  assert.deepEqual(await refused(), isOut(false))
})

test('a reader reads, and writes once they may', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('plan.md', 'the plan')
  const { mine } = await shareAndAccept(anna, 'plan.md', carl, 'reader')
  assert.equal((await run(carl.device, 'cat', { paths: ['/shared/plan.md'] })).output, 'the plan')
  const { account } = carl.device.home.state
  await anna.device.write('docs/a.txt', 'alpha')
  const docs = await shareAndAccept(anna, 'docs', carl, 'reader')
  const write = (): Promise<unknown> => run(carl.device, 'mkdir', { paths: ['/shared/docs/new'] })
  const path = '/shared/docs/a.txt'
  for (const [name, args] of [
    ['mkdir', { paths: ['/shared/docs/new'] }],
    ['mv', { from: [path], to: '/shared/docs/b.txt' }],
    ['mv', { from: [path], to: '/b.txt' }],
    ['rm', { paths: [path] }],
    ['rm', { paths: [path], shred: true, force: true }],
    ['add', { stdin: true, to: '/shared/docs/c.txt' }],
    ['share', { path: '/shared/docs', with: 'anna', role: 'writer' }],
    ['members set', { path: '/shared/docs', name: 'anna', role: 'writer' }],
    ['unshare', { path: '/shared/docs', with: 'anna' }]
  ] as const)
    await assert.rejects(run(carl.device, name, args), { code: 'MAY_ONLY_READ' }, name)
  await setRole(docs.mine, account, 'writer')
  await everybodyMeets(anna, carl)
  await write()
  await everybodyMeets(anna, carl)
  assert.deepEqual(namesIn(docs.mine), ['a.txt', 'new'])
  assert.equal(mine.replica.log.membership().accounts.get(account)?.role, 'reader')
})

test('who is not verified, or blocked, is not shared with', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  const stranger = await friends('eve')
  const card = await ownCard(stranger[0]!.device.engine)
  const { engine } = anna.device
  const eve = await keepContact(engine, card, false)
  assert.throws(
    () => assertMayInvite(engine, eve),
    ({ code, message }: { code: string; message: string }) => code === 'NOT_VERIFIED' && message.split(' ').length > 12
  )
  const known = contactOf(engine.personal.index, carl.device.home.state.account)!
  assert.throws(() => assertMayInvite(engine, { ...known, blocked: true }), { code: 'BLOCKED' })
})

test('leaving: the last owner cannot, others go, and who is alone keeps it as their own', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  const { mine, theirs } = await shareAndAccept(anna, 'docs', carl)
  const mountOf = ({ device: { engine } }: Friend) => engine.mounts()[0]!
  await assert.rejects(leave(anna.device.engine, mine, mountOf(anna)), { code: 'LAST_OWNER' })
  assert.deepEqual(await leave(carl.device.engine, theirs, mountOf(carl)), { kept: false, listed: false })
  assert.deepEqual(carl.device.engine.mounts(), [])
  await everybodyMeets(anna, carl)
  assert.equal(mine.replica.log.membership().accounts.size, 1)
  assert.deepEqual(await leave(anna.device.engine, mine, mountOf(anna)), { kept: true, listed: false })
  assert.equal(await anna.device.text('docs/a.txt'), 'alpha')
  await anna.device.restart()
  assert.equal(await anna.device.text('docs/a.txt'), 'alpha')
})

test('what no relay of theirs has yet is shown as still here, for whom and why', async () => {
  const [anna] = (await friends('anna', 'carl')) as [Friend, Friend]
  const [dora] = (await friends('dora')) as [Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  await keepContact(anna.device.engine, await ownCard(dora.device.engine), false)
  const [shared] = await run(anna.device, 'share', { path: '/docs', with: 'carl', role: 'writer' })
  assert.deepEqual([shared?.['delivered'], shared?.['waits']], [false, 'NO_PEER'])
  const [requested] = await run(anna.device, 'say', { to: 'dora', text: 'hello' })
  assert.deepEqual([requested?.['delivery'], requested?.['waits']], ['here', 'NO_PEER'])
  const [status] = await run(anna.device, 'status', {})
  const told = (status?.['outgoing'] as { name: string; envelopes: number }[]).map((one) => [one.name, one.envelopes])
  assert.deepEqual(told, [
    ['carl', 1],
    ['dora', 1]
  ])
})

test('whoever founded it stays an owner, and is told so; where there is another owner they may look away', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  const { mine, theirs } = await shareAndAccept(anna, 'docs', carl, 'owner')
  const { account } = anna.device.home.state
  for (const vault of [mine, theirs]) {
    await assert.rejects(removeMember(vault, account), { code: 'FOUNDER_STAYS' })
    await assert.rejects(setRole(vault, account, 'reader'), { code: 'FOUNDER_STAYS' })
  }
  const [left] = await run(anna.device, 'unshare', { path: '/docs' })
  assert.deepEqual([left?.['kept'], left?.['listed']], [false, true])
  assert.equal((await run(anna.device, 'ls', { path: '/' })).length, 0)
  assert.equal(theirs.replica.log.membership().accounts.size, 2)
})

test('a conversation is not removed but left', async () => {
  const [anna] = (await friends('anna', 'carl')) as [Friend, Friend]
  const { engine } = anna.device
  await foundMounted(engine, { kind: 'conversation', documents: 1, at: ['conversations', 'talk'] })
  for (const path of ['/conversations/talk', '/conversations'])
    await assert.rejects(run(anna.device, 'rm', { paths: [path] }), { code: 'IS_A_CONVERSATION' })
  await run(anna.device, 'unshare', { path: '/conversations/talk' })
  assert.deepEqual(engine.mounts(), [])
})

test('an invitation is answered once; one for what is here already, or for nothing, is dropped', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  await share(anna, 'docs', carl)
  await post(anna, carl)
  const [{ id }] = (await run(carl.device, 'invites', {})) as unknown as [{ id: string }]
  await run(carl.device, 'decline', { id })
  await assert.rejects(run(carl.device, 'accept', { id }), { code: 'INVITE_GONE' })
  await assert.rejects(share(anna, 'docs', carl), { code: 'ALREADY_MEMBER' })
  await post(anna, carl)
  await accept(carl, anna)
  assert.deepEqual(Object.keys(await names(carl)), ['/shared', '/shared/docs', '/shared/docs/a.txt'])
})

test('what is shredded where it is shared is shredded where it came from', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'the first version')
  await anna.device.write('docs/a.txt', 'alpha', 2)
  await anna.device.write('docs/b.txt', 'beta')
  const pinsOf = ({ device }: Friend) => device.engine.vaults().map(({ replica }) => replica.log.pins())
  const old = anna.device.content('docs/a.txt')
  const { kept } = anna.device.vault.index.tree.versions(anna.device.vault.index.tree.resolve(['docs', 'a.txt'])!.id)
  await shareAndAccept(anna, 'docs', carl)
  await assert.rejects(run(carl.device, 'rm', { paths: ['/shared/docs/a.txt'], shred: true, force: true }), {
    code: 'NOT_A_MEMBER'
  })
  await run(anna.device, 'rm', { paths: ['/docs/a.txt'], shred: true, force: true })
  await everybodyMeets(anna, carl)
  for (const object of [old.object, kept[0]!.object])
    for (const pins of [...pinsOf(anna), ...pinsOf(carl)]) assert.deepEqual(pins.recordsFor(object), [])
  assert.deepEqual(await anna.device.home.blobs.has([old.manifest]), [false])
  assert.equal((await run(anna.device, 'cat', { paths: ['/docs/b.txt'] })).output, 'beta')
})

test('what another owner shreds is shredded where it came from, too', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  await anna.device.write('docs/b.txt', 'beta')
  const { object, manifest } = anna.device.content('docs/a.txt')
  await shareAndAccept(anna, 'docs', carl, 'owner')
  await run(carl.device, 'rm', { paths: ['/shared/docs/a.txt'], shred: true, force: true })
  await everybodyMeets(anna, carl)
  const pins = anna.device.vault.replica.log.pins()
  await until(() => pins.recordsFor(object).length === 0, 'the original goes')
  await until(async () => (await anna.device.home.blobs.has([manifest]))[0] === false, 'and its bytes')
  assert.equal((await run(anna.device, 'cat', { paths: ['/docs/b.txt'] })).output, 'beta')
})

test('a device that is let in later gets the keys by itself', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  await anna.device.write('docs/a.txt', 'alpha')
  const { mine, theirs } = await shareAndAccept(anna, 'docs', carl)
  const tablet = await Device.join(carl.device, 'tablet', { relay: carl.relay })
  await exchange(carl.device, carl.relay)
  await exchange(tablet, carl.relay)
  await until(() => theirs.replica.log.membership().accountOf(tablet.id) !== undefined, 'the vault knows the device')
  await exchange(carl.device, anna.relay)
  await exchange(anna.device, anna.relay)
  await exchange(tablet, anna.relay)
  await until(async () => {
    await exchange(tablet, anna.relay)
    return tablet.engine.vaultOf(mine.id)?.index.tree.resolve(['a.txt']) !== undefined
  }, 'the device reads')
})

test('other devices of whoever shares, and of whoever accepts, have it as well', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  const desktop = await Device.join(anna.device, 'desktop', { relay: anna.relay })
  await anna.device.write('docs/a.txt', 'alpha')
  await exchange(anna.device, anna.relay)
  await exchange(desktop, anna.relay)
  const { mine } = await shareAndAccept(anna, 'docs', carl)
  await exchange(anna.device, anna.relay)
  for (let round = 0; round < 2; round++) await exchange(desktop, anna.relay)
  assert.equal((await run(desktop, 'cat', { paths: ['/docs/a.txt'] })).output, 'alpha')
  await run(desktop, 'mkdir', { paths: ['/docs/of the desktop'] })
  await exchange(desktop, anna.relay)
  await everybodyMeets(anna, carl)
  assert.deepEqual(namesIn(mine), ['a.txt', 'of the desktop'])
})

/** Every device meets the relay of the first, twice round: what one brings the next takes. */
async function everybodyMeets(first: Friend, ...others: readonly Friend[]): Promise<void> {
  for (let round = 0; round < 2; round++)
    for (const { device } of [first, ...others]) await exchange(device, first.relay)
}

async function names({ device }: Friend): Promise<Record<string, string>> {
  const listed = await run(device, 'ls', { path: '/', recursive: true })
  return Object.fromEntries(listed.map(({ path, kind }) => [String(path), String(kind)]))
}
