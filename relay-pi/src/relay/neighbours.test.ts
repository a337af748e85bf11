import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId } from '@holdfast/core/base/ids'
import { HoldfastError } from '@holdfast/core/base/errors'
import type { PeerLink } from '@holdfast/core/ports/peer-link'
import { RelayScene } from '@holdfast/core/sync/testing/relay-scene'
import type { Peer } from '@holdfast/core/sync/testing/relay-scene'
import type { Connection } from '@holdfast/core/net/connection'
import { until } from '../testing/scene.ts'
import { Neighbours } from './neighbours.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const ADDRESS = '/ip4/127.0.0.1/tcp/1'

/** Two relays of one vault, the one with the smaller key first, and a third that no vault names yet. */
async function scene(): Promise<{
  all: RelayScene
  low: Peer
  high: Peer
  name: (...relays: Peer[]) => Promise<void>
}> {
  const all = await RelayScene.make(turn, { relays: 2, copies: 2, repairAfterMs: 1000 })
  const [low, high] = all.relays.toSorted((a, b) => (a.home.device.id < b.home.device.id ? -1 : 1)) as [Peer, Peer]
  const name = async (...relays: Peer[]): Promise<void> => {
    const list = relays.map(({ home }) => ({ peer: home.device.id, name: 'pi', addresses: [ADDRESS] }))
    await all.devices[0]!.home.say(all.vault, { kind: 'relays', relays: list, copies: 2, repairAfterMs: 1000 })
    await all.quiet()
  }
  all.linkAll()
  await name(low, high)
  return { all, low, high, name }
}

function linkDouble(peer: DeviceId): PeerLink & { isClosed: boolean } {
  const onClose: (() => void)[] = []
  return {
    peer,
    isClosed: false,
    send: async () => undefined,
    onMessage: () => undefined,
    request: () => Promise.reject(new HoldfastError('REFUSED')),
    onRequest: () => undefined,
    onClose: (handler) => onClose.push(handler),
    close() {
      this.isClosed = true
      for (const handler of onClose) handler()
    }
  }
}

test('a relay keeps a connection to the others that a vault names, and ends it when none does any more', async () => {
  const { low, high, name } = await scene()
  const link = linkDouble(high.home.device.id)
  const dialled: (readonly string[])[] = []
  const begun: PeerLink[] = []
  const neighbours = new Neighbours({
    replica: low.home.replica,
    async dial({ addresses }) {
      dialled.push(addresses)
      return { close: async () => undefined } as Connection
    },
    open: async () => link,
    begin: (one) => begun.push(one),
    isLinked: () => begun.length > 0
  })
  await until(() => begun.length > 0)
  assert.deepEqual(dialled, [[ADDRESS]])
  await name(low)
  await until(() => link.isClosed)
  await neighbours.stop()
})

test('nobody there ends nothing, and who is linked is not dialled', async () => {
  const { low } = await scene()
  let tries = 0
  const options = {
    replica: low.home.replica,
    dial: () => {
      tries++
      return Promise.reject(new HoldfastError('NO_PEER'))
    },
    open: () => Promise.reject(new HoldfastError('DISCONNECTED')),
    begin: () => undefined
  }
  const first = new Neighbours({ ...options, isLinked: () => false })
  await until(() => tries > 0)
  await first.stop()
  const before = tries
  await new Neighbours({ ...options, isLinked: () => true }).stop()
  assert.equal(tries, before)
})
