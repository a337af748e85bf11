import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import type { RelayInfo } from '../log/statement.ts'
import type { Engine } from './engine.ts'
import { targetsOf } from './targets.ts'

const relay = (number: number, ...addresses: string[]): RelayInfo => ({
  peer: number.toString(16).padStart(64, '0') as DeviceId,
  name: 'pi',
  addresses
})

/** Own relays, those the pairing introduced, and what each mounted vault names: by itself, or only in its mount. */
function engineWith(
  own: RelayInfo[],
  introduced: RelayInfo[],
  vaults: { named: RelayInfo[]; mount: RelayInfo[] }[]
): Engine {
  const replica = {
    vault: (id: number) => ({ log: { membership: () => ({ relays: vaults[id]!.named }) } })
  }
  return {
    relays: () => own,
    home: { state: { introduced }, replica },
    mounts: () => vaults.map(({ mount }, vault) => ({ vault, relays: mount }))
  } as unknown as Engine
}

test('own relays come first and keep their addresses, whatever a shared vault says of them', () => {
  const engine = engineWith(
    [relay(1, 'own')],
    [],
    [{ named: [relay(1, 'other'), relay(2, 'theirs')], mount: [relay(3)] }]
  )
  assert.deepEqual(targetsOf(engine), [
    { peer: relay(1).peer, addresses: ['own', 'other'] },
    { peer: relay(2).peer, addresses: ['theirs'] }
  ])
})

test('before anything names relays, whoever was introduced is asked', () => {
  const engine = engineWith([], [relay(1, 'introduced')], [{ named: [], mount: [relay(2, 'of the mount')] }])
  assert.deepEqual(
    targetsOf(engine).map(({ addresses }) => addresses),
    [['introduced'], ['of the mount']]
  )
})

test('the relays of others are bounded, and so are the addresses', () => {
  const many = Array.from({ length: 40 }, (_, v) => ({
    named: Array.from({ length: LIMITS.relays }, (_, i) => relay(100 + v * 16 + i, `${v}.${i}`)),
    mount: []
  }))
  const again = Array.from({ length: 40 }, (_, i) => ({ named: [relay(1, `a${i}`)], mount: [] }))
  const targets = targetsOf(engineWith([relay(1, 'own')], [], [...many, ...again]))
  assert.equal(targets.length, LIMITS.relaysKept)
  assert.equal(targets[0]?.addresses.length, LIMITS.addresses)
  assert.equal(targets[0]?.addresses[0], 'own')
})
