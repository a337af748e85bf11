import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERRORS, type ErrorCode } from '../base/errors.ts'
import type { DeviceId } from '../base/ids.ts'
import { needsPerson, type HealthState, type PeerStatus, type Status } from '../engine/status.ts'
import { adviceFor } from './advice.ts'

const peer: PeerStatus = {
  name: 'pi',
  peer: 'ab'.repeat(32) as DeviceId,
  role: 'relay',
  connected: true,
  lastExchangeMs: 0,
  lastError: undefined
}

function status(state: HealthState, more: Partial<Status> = {}): Status {
  return {
    state,
    device: { name: 'a', id: peer.peer },
    online: true,
    addresses: [],
    files: 3,
    bytes: 3,
    entries: 3,
    copies: { none: 0, one: 0, more: 3 },
    onlyHere: { files: 0, paths: [] },
    couldDie: { files: 0, paths: [] },
    unreachable: { files: 0, paths: [] },
    vaults: [],
    missingBlobs: 0,
    waitingEntries: 0,
    damagedEntries: 0,
    conflicts: 0,
    renamed: 0,
    peers: [peer],
    problems: [],
    ...more
  }
}

test('each state is one sentence and at most one thing to do', () => {
  const advice = [
    status('up to date'),
    status('up to date', { onlyHere: { files: 1, paths: [['x']] } }),
    status('up to date', { conflicts: 2 }),
    status('syncing'),
    status('waiting for a device'),
    status('waiting for a device', { peers: [] }),
    status('off')
  ].map(adviceFor)
  for (const { message, action } of advice) {
    assert.match(message, /^[A-Z][^.]*\.$/)
    assert.ok(action === undefined || /: holdfast [a-z]+/.test(action), action)
  }
  assert.deepEqual(
    advice.map(({ action }) => action?.replace(/.*: holdfast /, '')),
    [undefined, 'relay add CODE', 'conflicts', undefined, undefined, 'pair', 'up']
  )
})

test('nothing is said to be where it should be while a relay cannot be reached', () => {
  const relays = (...connected: boolean[]) => connected.map((one) => ({ name: 'pi', peer: peer.peer, connected: one }))
  const vaults = (...connected: boolean[]) => [{ relays: relays(...connected) }] as unknown as Status['vaults']
  assert.match(adviceFor(status('up to date', { vaults: vaults(true, false) })).message, /not every relay/)
  assert.match(adviceFor(status('up to date', { vaults: vaults(true, true) })).message, /^Everything/)
})

test('what does not mend itself is said with what to do, whatever else went wrong', () => {
  const codes = (Object.keys(ERRORS) as ErrorCode[]).filter(needsPerson)
  assert.ok(codes.length >= 8)
  for (const code of codes) {
    const problems = [
      { code: 'TIMEOUT', peer: 'pi' },
      { code, peer: undefined }
    ] as const
    const { cause, remedy } = ERRORS[code]
    assert.deepEqual(adviceFor(status('needs you', { problems })), { message: cause, action: remedy })
  }
})
