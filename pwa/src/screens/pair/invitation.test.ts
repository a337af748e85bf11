import assert from 'node:assert/strict'
import test from 'node:test'
import { countWords, linkIn, typedInvitation } from './invitation.ts'

const WORDS = 'abandon ability able about above absent absorb abstract absurd abuse access accident'

test('a link is found in the message it came in, broken over lines or not', () => {
  assert.equal(linkIn('Here: holdfast:pair/AbC-_9 '), 'holdfast:pair/AbC-_9')
  assert.equal(linkIn('holdfast:pair/AbC\n  -_9\n'), 'holdfast:pair/AbC-_9')
  assert.equal(linkIn('http://localhost:4270/#/join/x'), undefined)
  assert.equal(linkIn('holdfast:pair/'), undefined)
})

test('words are taken as people copy them: numbered, in capitals, over several lines', () => {
  const numbered = WORDS.toUpperCase()
    .split(' ')
    .map((word, at) => `${at + 1}. ${word}`)
    .join('\n')
  assert.deepEqual(typedInvitation(numbered, ' /ip4/127.0.0.1/tcp/4001/ws '), {
    invitation: `${WORDS}\n/ip4/127.0.0.1/tcp/4001/ws`
  })
})

test('it is said which part is missing', () => {
  assert.equal(countWords('one two'), 2)
  assert.deepEqual(typedInvitation('one two', '/ip4/1.2.3.4/tcp/1/ws'), { problem: 'words' })
  assert.deepEqual(typedInvitation(WORDS, ''), { problem: 'address' })
  assert.deepEqual(typedInvitation(WORDS, '127.0.0.1:4001'), { problem: 'address' })
})

test('of addresses pasted together those stay that a browser can use, and it is said when there is none', () => {
  const [tcp, ws] = ['/ip4/192.168.1.5/tcp/4256', '/ip4/192.168.1.5/tcp/4257/ws']
  assert.deepEqual(typedInvitation(WORDS, tcp), { problem: 'browser' })
  assert.deepEqual(typedInvitation(WORDS, ` --at ${tcp} \\\n --at ${ws}`), { invitation: `${WORDS}\n${ws}` })
})
