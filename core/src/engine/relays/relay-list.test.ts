import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeviceId } from '../../base/ids.ts'
import type { RelayInfo } from '../../log/statement.ts'
import { copiesFor, findRelay } from './relay-list.ts'

const relay = (name: string, digit: string): RelayInfo => ({ peer: digit.repeat(64) as DeviceId, name, addresses: [] })
const RELAYS = [relay('attic', 'a'), relay('Cellar', 'b'), relay('attic', 'c')]

test('a relay is found by its name in whatever case, or by the first digits of its id', () => {
  assert.equal(findRelay(RELAYS, 'cellar'), RELAYS[1])
  assert.equal(findRelay(RELAYS, 'CCCCCCCC'), RELAYS[2])
  assert.throws(() => findRelay(RELAYS, 'attic'), { code: 'AMBIGUOUS_NAME' })
  assert.throws(() => findRelay(RELAYS, 'cccc'), { code: 'UNKNOWN_RELAY' })
  assert.throws(() => findRelay([], 'attic'), { code: 'UNKNOWN_RELAY' })
})

test('two copies or as many as there are relays, until an owner says otherwise', () => {
  const now = (count: number, copies: number): { relays: RelayInfo[]; copies: number } => ({
    relays: RELAYS.slice(0, count),
    copies
  })
  assert.equal(copiesFor(now(0, 1), 1), 1)
  assert.equal(copiesFor(now(1, 1), 2), 2)
  assert.equal(copiesFor(now(2, 2), 3), 2)
  assert.equal(copiesFor(now(2, 2), 1), 1)
  assert.equal(copiesFor(now(3, 3), 2), 3, 'what was asked for is kept, and counts again when there are enough')
  assert.equal(copiesFor(now(3, 1), 2), 1)
})
