import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId } from '@holdfast/core/base/ids'
import {
  finishRelays,
  findRelay,
  nameRelay,
  ownRelays,
  setRules,
  unnameRelay
} from '@holdfast/core/engine/relays/relay-list'
import { Device } from '../attacks/scene/device.ts'
import { mountNew } from './scene.ts'

const SECOND = { peer: 'ab'.repeat(32) as DeviceId, name: 'second', addresses: [] }

test('a relay that was taken out of some vaults when that was broken off is taken out of the others', async () => {
  const laptop = await Device.found('laptop')
  const { engine } = laptop
  const [first, other] = [await mountNew(laptop, 'docs'), await mountNew(laptop, 'pictures')]
  const named = (): number[] => engine.vaults().map(({ replica }) => replica.log.membership().relays.length)
  await nameRelay(engine, SECOND)
  assert.deepEqual(named(), [1, 1, 1])
  const breakOff = async (): Promise<void> => {
    const honest = first.state.bind(first)
    first.state = () => Promise.reject(new Error('broken off'))
    await assert.rejects(unnameRelay(engine, findRelay(ownRelays(engine), 'second')), { message: 'broken off' })
    first.state = honest
  }
  await breakOff()
  assert.deepEqual(named(), [0, 1, 0], 'one that cannot be written keeps nothing from the others')
  await unnameRelay(engine, findRelay(ownRelays(engine), 'second'))
  assert.deepEqual(named(), [0, 0, 0], 'it is still found by its name')
  assert.throws(() => findRelay(ownRelays(engine), 'second'), { code: 'UNKNOWN_RELAY' })

  await nameRelay(engine, SECOND)
  await breakOff()
  await finishRelays(engine)
  assert.deepEqual(named(), [0, 0, 0], 'and it is finished without being asked for again')
  await first.state([{ kind: 'relays', relays: [SECOND], copies: 1, repairAfterMs: 1 }])
  await finishRelays(engine)
  assert.deepEqual(named(), [0, 1, 0], 'once')
  await setRules(engine, { copies: 1 })
  assert.deepEqual(named(), [0, 0, 0])
  assert.equal(other.replica.log.membership().relays.length, 0)
  await laptop.close()
})
