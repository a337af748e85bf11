import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastError } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import type { Connection } from '../net/connection.ts'
import type { Wait } from '../ports/wait.ts'
import { seededRandom } from '../vault/testing.ts'
import { THROUGH_KEPT, ThroughRelays } from './through-relays.ts'

const device = (number: number): DeviceId => number.toString(16).padStart(64, '0') as DeviceId
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const RELAY = {} as Connection

/** A relay that says what the test says; pauses end when the test says so. */
function scene(named: readonly DeviceId[], own = device(0), failure?: HoldfastError) {
  const isDevice = new Set(named)
  const linked = new Set<DeviceId>()
  const said = { here: [...named], failure, answers: true, speaks: true }
  const closed: DeviceId[] = []
  const dialled: DeviceId[] = []
  const waits: { ms: number; end: () => void }[] = []
  let asked = 0
  const over: (() => void)[] = []
  const wait: Wait = (ms, signal) =>
    new Promise((end, fail) => {
      waits.push({ ms, end })
      signal?.addEventListener('abort', () => fail(new HoldfastError('ABORTED')), { once: true })
    })
  const through = new ThroughRelays({
    own,
    circuits: {
      whoIsHere: async () => {
        asked++
        await turn()
        if (said.failure !== undefined) throw said.failure
        return said.here
      },
      dial: async (_, peer) => {
        dialled.push(peer)
        if (!said.answers) throw new HoldfastError('REFUSED')
        return { peerKey: peer, close: async () => void closed.push(peer) } as unknown as Connection
      }
    },
    wait,
    random: seededRandom('through'),
    isDevice: (peer) => isDevice.has(peer),
    isLinked: (peer) => linked.has(peer),
    use: async ({ peerKey }) => {
      if (!said.speaks) throw new HoldfastError('REFUSED')
      linked.add(peerKey)
      return { ended: new Promise<void>((resolve) => over.push(() => (linked.delete(peerKey), resolve()))) }
    }
  })
  let endRelay!: () => void
  const followed = through.follow(RELAY, new Promise<void>((resolve) => (endRelay = resolve)))
  return {
    through,
    followed,
    said,
    dialled,
    closed,
    linked,
    isDevice,
    waits,
    over,
    endRelay,
    asked: () => asked,
    endWaits: () => waits.splice(0).forEach(({ end }) => end())
  }
}

test('of those a relay says are with it, only devices of a vault are called, and no more than are kept', async () => {
  const many = Array.from({ length: THROUGH_KEPT + 4 }, (_, i) => device(i + 1))
  const { dialled, said, through, followed } = scene(many)
  said.here = [device(0xff), ...many]
  await turn()
  await turn()
  assert.deepEqual(dialled, many.slice(0, THROUGH_KEPT))
  through.stop()
  await followed
})

test('whoever is connected is not called, and of two who find each other one calls', async () => {
  const { dialled, linked, endWaits, through, followed } = scene([device(1), device(2)], device(9))
  linked.add(device(1))
  await turn()
  assert.deepEqual(dialled, [], 'the one with the larger key waits')
  linked.add(device(2))
  endWaits()
  await turn()
  assert.deepEqual(dialled, [], 'and the other has called')
  through.stop()
  await followed
})

test('A23: a relay that lies about who is with it, or takes circuits away at once, is asked ever more rarely', async () => {
  for (const answers of [false, true]) {
    const { said, waits, over, endWaits, asked, through, followed } = scene([device(1)])
    said.answers = answers
    await turn()
    const pauses: number[] = []
    for (let round = 0; round < 12; round++) {
      for (const end of over.splice(0)) end()
      through.review()
      await turn()
      pauses.push(waits[0]!.ms)
      endWaits() // the pause that is kept although there is news
      through.review()
      await turn()
      through.review()
      for (let n = 0; n < 6; n++) await turn()
    }
    assert.ok(asked() <= 14, `${asked()} questions`)
    assert.ok(pauses.at(-1)! > 20_000, `${pauses.at(-1)} ms at last`)
    through.stop()
    await followed
  }
})

test('a relay that asks for patience gets it, one without circuits is left alone, and one that is gone, too', async () => {
  const busy = new HoldfastError('RATE_LIMITED', undefined, { waitMs: 3_000_000 })
  const patient = scene([device(1)], device(0), busy)
  await turn()
  patient.through.review()
  await turn()
  assert.equal(patient.waits[0]?.ms, 3_000_000)
  patient.through.stop()
  await patient.followed

  const without = scene([device(1)], device(0), new HoldfastError('REFUSED'))
  await without.followed
  assert.equal(without.asked(), 1)

  const gone = scene([device(1)])
  await turn()
  gone.endRelay()
  await gone.followed
  assert.equal(gone.asked(), 1)
})

test('news that comes in the part of the pause that is kept ends the pause behind it', async () => {
  const { asked, endWaits, through, followed } = scene([])
  await turn()
  await turn()
  through.review()
  endWaits()
  for (let n = 0; n < 6; n++) await turn()
  assert.equal(asked(), 2)
  through.stop()
  await followed
})

test('a device that answers and then speaks to nobody keeps no circuit', async () => {
  const { said, dialled, closed, through, followed } = scene([device(1)])
  said.speaks = false
  for (let n = 0; n < 4; n++) await turn()
  assert.deepEqual([dialled, closed], [[device(1)], [device(1)]])
  through.stop()
  await followed
})
