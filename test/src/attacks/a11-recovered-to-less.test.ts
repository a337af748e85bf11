// A relay that was put back to an old state, or hides what is new, meets somebody who comes back by the words.
import assert from 'node:assert/strict'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { DeviceId, EntryHash } from '@holdfast/core/base/ids'
import { sealAccountRecord } from '@holdfast/core/vault/account-contents'
import { ownChain } from '@holdfast/core/vault/found'
import { floorOf } from '@holdfast/core/vault/floors'
import { genesisBytes } from '@holdfast/core/vault/first-entry'
import { DiskPlace } from '@holdfast/node/home/disk-place'
import { nodePlatform } from '@holdfast/node/home/platform'
import { recoveryKeysOf } from '@holdfast/core/engine/account/ask-recovery'
import { recoverAccount } from '@holdfast/core/engine/account/recover'
import { askRelay } from '@holdfast/core/engine/relays/relay-client'
import { people } from '../e2e/people.ts'
import type { Person } from '../e2e/people.ts'

test('A11: a relay that holds less than it once said makes no account out of it, and no home is left that claims to be whole', async (t) => {
  const [anna] = (await people(t, 'anna')) as [Person]
  const relay = await anna.with(async (engine) => {
    const { home, accountVault, personal, network } = engine
    // A device was told by the relay that it held one entry more than it shows now.
    const floor = floorOf(personal.replica.log)
    const hidden = { ...floor.heads[0]!, seq: floor.heads[0]!.seq + 1, hash: 'ab'.repeat(32) as EntryHash }
    const record = await sealAccountRecord(
      {
        accountGenesis: await genesisBytes(accountVault),
        personalGenesis: await genesisBytes(personal.replica),
        relays: engine.relays(),
        floors: [{ ...floor, heads: [hidden] }]
      },
      {
        keys: home.state,
        number: 1000,
        chain: ownChain(accountVault.log, home.secrets.device),
        secrets: home.secrets,
        random: home.random
      }
    )
    const [named] = engine.relays()
    const connection = await network.host.dial({ peerKey: named!.peer, addresses: [...named!.addresses] })
    assert.equal((await askRelay(connection, { kind: 'putRecord', record }, 'recordKept')).number, 1000)
    return { peer: named!.peer as DeviceId, addresses: named!.addresses }
  })
  rmSync(anna.home, { recursive: true })
  const recover = async (acceptsLess = false): ReturnType<typeof recoverAccount> =>
    recoverAccount(new DiskPlace(anna.home), nodePlatform, {
      name: 'again',
      passphrase: 'for tests',
      keys: await recoveryKeysOf(anna.words),
      relays: [relay],
      acceptsLess
    })
  await assert.rejects(recover(), { code: 'ROLLED_BACK' })
  assert.ok(!existsSync(join(anna.home, 'home.json')))
  // Begun again by somebody who knows and would rather have what is left.
  const { home } = await recover(true)
  assert.ok(existsSync(join(anna.home, 'home.json')))
  await home.close()
})
