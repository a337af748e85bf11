import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contactOf } from '@holdfast/core/vault/contacts'
import { mountIntents } from '@holdfast/core/vault/share'
import { noteFounding } from '@holdfast/core/engine/sharing/foundings'
import { unmountIntents } from '@holdfast/core/engine/sharing/invitations'
import { foundMounted, invite, sharedAt } from '@holdfast/core/engine/sharing/sharing'
import { FragileDisk } from '../attacks/scene/fragile-disk.ts'
import { until } from '../attacks/scene/link.ts'
import { momentsToDie } from '../fakes/moments.ts'
import { run } from '../mounts/scene.ts'
import { friends } from './friends.ts'
import type { Friend } from './friends.ts'

test('a device that dies while it shares loses nothing, and sharing again ends it', async (t) => {
  const whole = await before()
  const made = whole.disk.writes
  await whole.share()
  const writes = whole.disk.writes - made
  await whole.anna.device.close()
  let abandoned = 0
  for (const moment of momentsToDie(t, writes)) abandoned += await diesAfter(moment)
  assert.ok(abandoned > 0, 'most writes are between the founding of the vault and its mount')
})

interface Scene {
  readonly disk: FragileDisk
  readonly anna: Friend
  share(): Promise<void>
}

/** Somebody with a folder of three files, who is about to share it. */
async function before(): Promise<Scene> {
  const disk = new FragileDisk()
  const [anna, carl] = (await friends({ name: 'anna', disk }, 'carl')) as [Friend, Friend]
  for (const name of ['a', 'b', 'c']) await anna.device.write(`docs/${name}`, name)
  const contact = contactOf(anna.device.engine.personal.index, carl.device.home.state.account)!
  const share = async (): Promise<void> => {
    const { engine } = anna.device
    const { vault, mount } = await sharedAt(engine, ['docs'])
    await invite(engine, vault, contact, 'writer', 'docs', mount.file)
  }
  return { disk, anna, share }
}

/** Resolves with how many vaults were left behind that nothing shows. */
async function diesAfter(writes: number): Promise<number> {
  const { disk, anna, share } = await before()
  disk.dieAfter(writes)
  let ended = false
  const dying = share().then(
    () => (ended = true),
    () => (ended = true)
  )
  await until(() => ended || disk.isStuck, 'it ends or dies')
  await anna.device.die()
  await dying
  await anna.device.open()
  await anna.device.settle()
  const { home, engine } = anna.device
  const shown = new Set([home.state.accountVault, engine.personal.id, ...engine.mounts().map((mount) => mount.vault)])
  const abandoned = home.replica.vaults().filter(({ id }) => !shown.has(id)).length
  for (const vault of home.replica.vaults())
    assert.equal(vault.mayNameTo(anna.relay.id), shown.has(vault.id), `after ${writes} writes`)
  await share().catch((error: { code?: string }) => assert.equal(error.code, 'ALREADY_MEMBER', `${writes}`))
  const listed = (await run(anna.device, 'ls', { path: '/', recursive: true })).map(({ path }) => path)
  assert.deepEqual(listed, ['/docs', '/docs/a', '/docs/b', '/docs/c'], `after ${writes} writes`)
  const { vault } = anna.device.engine.place(['docs'])
  assert.equal(vault.replica.log.membership().accounts.size, 2)
  assert.equal((await anna.device.engine.mail.waiting()).length, 1, `after ${writes} writes`)
  assert.equal((await run(anna.device, 'cat', { paths: ['/docs/b'] })).output, 'b')
  await anna.device.close()
  return abandoned
}

test('a vault that was taken for abandoned is told of again as soon as its mount arrives', async () => {
  const [anna] = (await friends('anna')) as [Friend]
  const { device, relay } = anna
  const { id } = await foundMounted(device.engine, { kind: 'folder', documents: 16, at: ['team'] })
  const [mount] = device.engine.mounts()
  await noteFounding(device.home.kv, id) // as in a copy of the home from before it was mounted
  await device.vault.edit(() => unmountIntents(device.engine, mount!.node))
  await device.restart()
  const isTold = (): unknown => device.home.replica.vault(id)?.mayNameTo(relay.id)
  assert.equal(isTold(), false)
  await device.vault.edit(() => mountIntents(mount!.node, { parent: null, name: 'team' }, mount!, 1))
  await device.settle()
  assert.equal(isTold(), true)
  await device.restart()
  assert.equal(isTold(), true)
})
