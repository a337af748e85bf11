import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foundMounted, invite } from '@holdfast/core/engine/sharing/sharing'
import { contactOf } from '@holdfast/core/vault/contacts'
import { genesisEntry } from '@holdfast/core/vault/mounts'
import { genesisBytes } from '@holdfast/core/vault/first-entry'
import { exchange } from '../attacks/scene/link.ts'
import { friends, post } from './friends.ts'
import type { Friend } from './friends.ts'

test('an engine that ends while conversations are being joined ends, and writes nothing that does not count', async () => {
  const [anna, carl] = (await friends('anna', 'carl')) as [Friend, Friend]
  const { engine } = anna.device
  const contact = contactOf(engine.personal.index, carl.device.home.state.account)!
  for (const title of ['one', 'two', 'three']) {
    const vault = await foundMounted(engine, { kind: 'conversation', documents: 1, at: ['conversations', title] })
    await anna.relay.replica.addVault(genesisEntry(await genesisBytes(vault.replica)))
    await invite(engine, vault, contact, 'writer', title, null)
  }
  await exchange(anna.device, anna.relay)

  const { home, engine: joining } = carl.device
  let before: number | undefined
  let ended: Promise<void> | undefined
  const unwatch = home.replica.watch((event) => {
    if (event.kind !== 'admitted' || event.vault.id !== joining.personal.id || ended !== undefined) return
    // The first invitation has just become durable: the joining of it is about to begin.
    before = event.vault.log.order().length
    ended = joining.stop()
  })
  await post(anna, carl).catch(() => undefined) // the rest finds the vault closed
  assert.ok(ended !== undefined && before !== undefined)
  await ended
  unwatch()
  const written = joining.personal.replica.log.order().length
  assert.ok(written - before < 10, `${written - before} entries`)
  assert.deepEqual(joining.personal.problems().voids, [])

  await carl.device.restart()
  assert.deepEqual(carl.device.vault.problems().voids, [])
  assert.equal(carl.device.vault.replica.log.order().length >= written, true)
})
