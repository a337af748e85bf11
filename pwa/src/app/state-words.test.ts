import assert from 'node:assert/strict'
import test from 'node:test'
import { shownState, stateWords } from './state-words.ts'
import { NO_STATUS, statusOf } from './status.ts'

const RELAY = { id: '00', name: 'Pi', role: 'relay', connected: true, lastExchange: null }
const told = (fields: object) => statusOf({ type: 'status', peers: [RELAY], ...fields })

test('whatever the worker says of the state is read as one of five, or as not known', () => {
  assert.equal(told({ state: 'up to date' }).state, 'up-to-date')
  assert.equal(told({ state: 'waiting for a device' }).state, 'waiting')
  assert.deepEqual(
    statusOf({ type: 'status', state: 7, copies: null, peers: 'x', onlyHere: [], problems: [1] }),
    NO_STATUS
  )
})

test('files that are only here are never called safe, and there is one thing to do about them', () => {
  const onlyHere = { state: 'up to date', onlyHere: { files: 2, paths: ['/a'] } }
  const words = stateWords(told(onlyHere), true)
  assert.match(words.sentence, /2 files are only on this device/)
  assert.equal(shownState(told(onlyHere), true), 'needs-you')
  // Where there is another device or a relay, one more is not what helps.
  assert.deepEqual(words.action?.to, { screen: 'devices' })
  // Nobody could come to a browser that is alone: the relay is the first to add.
  const first = { label: 'Add a relay', to: { screen: 'devices' } }
  assert.deepEqual(stateWords(told({ ...onlyHere, peers: [] }), true).action, first)
  assert.deepEqual(stateWords(told({ state: 'waiting for a device', peers: [] }), true).action, first)
})

test('nothing is called up to date while a conflict waits or there is no network', () => {
  const conflict = told({ state: 'up to date', conflicts: 1 })
  for (const hasNetwork of [true, false]) {
    assert.equal(shownState(conflict, hasNetwork), 'needs-you')
    assert.deepEqual(stateWords(conflict, hasNetwork).action?.to, { screen: 'activity' })
  }
  assert.equal(shownState(told({ state: 'up to date' }), false), 'waiting')
  assert.equal(shownState(told({ state: 'up to date' }), true), 'up-to-date')
})

test('without a network it is said so, but not in place of what needs the person', () => {
  assert.match(stateWords(told({ state: 'syncing' }), false).sentence, /no network/)
  const problem = { code: 'CLOCK_OFF', peer: null }
  assert.match(stateWords(told({ state: 'needs you', problems: [problem] }), false).sentence, /clocks/)
})
