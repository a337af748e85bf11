import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../../base/errors.ts'
import type { ContactCard } from '../../vault/contact-card.ts'
import type { Channel } from '../../net/channel.ts'
import { systemTime } from '../../libp2p/system-time.ts'
import { localChannels } from '../../net/local-channel.ts'
import { serveRpc } from '../../net/rpc.ts'
import type { Engine } from '../engine.ts'
import { statementsOf } from './look-up.ts'

test('a relay that refuses to say anything of an account leaves no line open', async () => {
  const opened: Channel[] = []
  const peer = 'aa'.repeat(32)
  const connection = {
    peerKey: peer,
    open: async () => {
      const [near, far] = localChannels(systemTime)
      void serveRpc(far, async () => {
        throw new HoldfastError('REFUSED')
      })
      opened.push(near)
      return near
    },
    close: async () => undefined
  }
  const network = { keeps: () => true, sessionsWith: () => [], host: { dial: async () => connection } }
  const engine = { isOnline: true, expectStranger: () => undefined, network } as unknown as Engine
  const relays = [{ peer, addresses: [], name: '' }]
  const card = { chain: [], relays, account: 'bb'.repeat(32), floor: [] } as unknown as ContactCard
  assert.deepEqual(await statementsOf(engine, card), [])
  assert.equal(opened.length, 1)
  await Promise.all(opened.map(({ closed }) => closed))
})
