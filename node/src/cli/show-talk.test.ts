import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { Output } from '../term/output.ts'
import type { OutEvent } from '../term/output.ts'
import * as home from './show-home.ts'
import { sync } from './show-peers.ts'
import { share } from './show-share.ts'
import * as show from './show-talk.ts'
import type { Show } from './show.ts'

test('a message cannot move the cursor, pass for another one, or hide who wrote it', async () => {
  const text = '\u001b[2J\u001b[Hhello\n2026-11-20 14:05  Anna\n  I agree\r\u202e'
  const event = { type: 'message', author: 'Mallory', verified: false, time: '2026-11-20T14:05:09.000Z', text }
  const { data } = await shown(show.conversation, event)
  assert.match(data, /Mallory \(not verified\)/)
  for (const bad of ['\u001b', '\r', '\u202e']) assert.ok(!data.includes(bad), JSON.stringify(data))
  const [head, ...lines] = data.trimEnd().split('\n')
  assert.match(head!, /Mallory/)
  for (const line of lines) assert.ok(line.startsWith('  '), line)
})

test('a message whose bytes have not come says so, and an empty inbox too', async () => {
  const event = { type: 'message', author: 'Anna', verified: true, time: null }
  assert.match((await shown(show.conversation, event)).data, /not on this device yet/)
  assert.match(
    (await shown(show.inbox, { type: 'done', messages: 0, requests: 0, invitations: 0 })).talk,
    /Nothing new/
  )
  assert.match((await shown(show.conversations, { type: 'done', conversations: 0, requests: 0 })).talk, /holdfast say/)
})

test('a request shows the words to compare and what to do', async () => {
  const event = { type: 'request', id: 'abcdef0123', name: 'Dora', text: 'hi', words: ['one', 'two'], time: null }
  const { data, talk } = await shown(show.inbox, event)
  assert.match(data, /Dora \(not verified\) asks/)
  assert.match(talk, /one two/)
  assert.match(talk, /contact add --from-request abcdef01 --verified/)
})

test('what is still here is not said to be sent, and why it is here is said', async () => {
  const event = { type: 'requested', to: 'Dora', words: ['one', 'two'], delivery: 'here', waits: 'NO_KEYS' }
  assert.match((await shown(show.say, event)).talk, /^To be sent to Dora.*\nIt is still here .*leave it a key/)
  assert.match((await shown(show.say, { ...event, waits: 'MAILBOX_FULL' })).talk, /their mailbox is full/)
  const invited = { type: 'shared', path: '/docs', with: 'Dora', role: 'writer', delivered: false, waits: 'NO_KEYS' }
  const { talk } = await shown(share, invited)
  assert.match(talk, /The invitation is still here .*leave it a key/)
  assert.doesNotMatch(talk, /reached/)
  const status = { type: 'status', outgoing: [{ name: 'Dora', envelopes: 2, code: 'NO_PEER' }] }
  assert.match((await shown(home.status, status)).data, /to be sent: 2 envelopes for Dora \(none of their relays/)
})

test('that a shared folder is no longer given is said in words, after an exchange and later', async () => {
  const done = { type: 'done', peers: 2, inStep: true, failed: [], refused: ['/shared/docs'] }
  const { talk } = await shown(sync, done)
  assert.doesNotMatch(talk, /In step/)
  assert.match(talk, /You no longer have access to \/shared\/docs; what came before stays\./)
  assert.match((await shown(sync, { ...done, refused: [] })).talk, /^In step with 2 peers/)
  const vaults = [
    { path: '/', relays: [] },
    { path: '/shared/docs', relays: [], refused: true }
  ]
  assert.match(
    (await shown(home.status, { type: 'status', vaults })).data,
    /You no longer have access to \/shared\/docs;/
  )
})

async function shown(how: Show, event: OutEvent): Promise<{ data: string; talk: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const output = new Output({ json: false, quiet: false, verbose: false, color: false, stdout, stderr })
  await how.event(event, output)
  return { data: String(stdout.read() ?? ''), talk: String(stderr.read() ?? '') }
}
