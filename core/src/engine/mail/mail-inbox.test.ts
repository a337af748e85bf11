import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../../base/limits.ts'
import type { EnvelopeId } from '../../sync/wire/envelope-bytes.ts'
import type { MailReply, MailRequest } from '../../sync/wire/mail-messages.ts'
import { MapKv } from '../../sync/testing/map-stores.ts'
import { MailInbox } from './mail-inbox.ts'
import type { MailKeys } from './mail-keys.ts'
import type { MailLine } from './mail-line.ts'

test('a relay that shows ever more is a liar before it fills the disk, and the others’ mail comes meanwhile', async () => {
  const inbox = new MailInbox({
    kv: new MapKv(),
    keys: {} as MailKeys,
    account: 'aa'.repeat(32) as never,
    device: 'bb'.repeat(32) as never,
    ownDevices: () => new Set(),
    refuses: () => undefined,
    trusts: () => false,
    daysSeen: () => 1,
    onProblem: () => undefined
  })
  const shown = { count: 0 }
  let hasEnded = false
  const lies = inbox.collect(endless(shown)).finally(() => (hasEnded = true))
  const asked: string[] = []
  assert.equal(await inbox.collect(empty(asked)), false)
  assert.deepEqual([asked, hasEnded], [['list'], false])
  await assert.rejects(lies, { code: 'PEER_LIES' })
  assert.ok(shown.count <= 2 * LIMITS.envelopesPerMailbox + LIMITS.envelopesPerMessage, `${shown.count} envelopes`)
})

/** Each page is full of envelopes that are not there when they are asked for, and there is always another one. */
function endless(shown: { count: number }): MailLine {
  return lineOf('cc', (request) => {
    if (request.kind === 'fetch') return { kind: 'fetch', sizes: request.ids.map(() => -1) }
    if (shown.count > 4 * LIMITS.envelopesPerMailbox) return { kind: 'list', waiting: [], more: false }
    const waiting = Array.from({ length: LIMITS.envelopesPerMessage }, () => {
      const number = ++shown.count
      return { number, id: number.toString(16).padStart(64, '0') as EnvelopeId, sizeBytes: 1 }
    })
    return { kind: 'list', waiting, more: true }
  })
}

function empty(asked: string[]): MailLine {
  return lineOf('dd', ({ kind }) => {
    asked.push(kind)
    return { kind: 'list', waiting: [], more: false }
  })
}

function lineOf(name: string, answer: (request: MailRequest) => MailReply): MailLine {
  const closed = Promise.resolve()
  const ask = async (request: MailRequest): Promise<never> =>
    ({ reply: answer(request), body: new Uint8Array(0) }) as never
  return { relay: name.repeat(32) as never, ask, onNotice: () => undefined, closed, close: () => undefined }
}
