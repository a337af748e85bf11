import assert from 'node:assert/strict'
import test from 'node:test'
import { decodeRecoveryKit } from '@holdfast/core/vault/recovery-kit'
import { givenKit, kitIn, namesRelay, withLines } from './given-kit.ts'

const WORDS = `${'abandon '.repeat(23)}art`
const RELAY = `relay ${'ab'.repeat(32)} /ip4/192.168.1.5/tcp/4002/ws`
const ALONE = `holdfast recovery kit 1\n${WORDS}\n`

test('a kit is taken whole, also out of a message around it', () => {
  const text = `${ALONE}${RELAY}\n`
  assert.deepEqual(givenKit(text, ''), { kit: { text, relays: '' } })
  assert.deepEqual(givenKit(`Here it is:\n${text}`, ''), { kit: { text, relays: '' } })
})

test('words alone are taken as people copy them, with the relay beside them', () => {
  const numbered = WORDS.toUpperCase()
    .split(' ')
    .map((word, at) => `${at + 1}. ${word}`)
    .join('\n')
  assert.deepEqual(givenKit(numbered, RELAY), { kit: { text: ALONE, relays: RELAY } })
})

test('what is missing is told before anybody is asked', () => {
  assert.deepEqual(givenKit('', ''), { problem: 'words' })
  assert.deepEqual(givenKit(WORDS.slice(8), RELAY), { problem: 'words' })
  assert.deepEqual(givenKit(WORDS, ' '), { problem: 'relay' })
  assert.deepEqual(givenKit(ALONE, ''), { problem: 'relay' })
  assert.equal(namesRelay(`${ALONE}relay ${'ab'.repeat(32)}\n`), false)
})

test('a kit that relays were added to is one that the reader of kits takes', () => {
  assert.deepEqual(decodeRecoveryKit(withLines(kitIn(WORDS)!, [RELAY])), {
    words: WORDS,
    relays: [{ peer: 'ab'.repeat(32), addresses: ['/ip4/192.168.1.5/tcp/4002/ws'] }]
  })
})
