import { HoldfastError } from '../../base/errors.ts'
import type { DeviceId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { decodeMailNotice, decodeMailReply, encodeMailRequest } from '../../sync/wire/mail-messages.ts'
import type { MailReply, MailRequest } from '../../sync/wire/mail-messages.ts'
import type { Connection } from '../../net/connection.ts'
import { MAIL_PROTOCOL } from '../../net/protocols.ts'
import { createRpcClient } from '../../net/rpc.ts'

/** One relay's mail protocol (`/holdfast/mail/1`), over whatever leads there. */
export interface MailLine {
  readonly relay: DeviceId
  /** Rejects with the relay's refusal, TIMEOUT, DISCONNECTED, or PEER_LIES where the answer is to another question. */
  ask<R extends MailRequest>(request: R, body?: Uint8Array): Promise<{ reply: ReplyTo<R>; body: Uint8Array }>
  /** Told that something new has arrived for this account; only after subscribing. */
  onNotice(handler: () => void): void
  /** Resolves, never rejects, when the line has ended. */
  readonly closed: Promise<void>
  close(): void
}

export type ReplyTo<R extends MailRequest> = Extract<MailReply, { kind: (typeof ANSWERS)[R['kind']] }>

export async function openMailLine(connection: Connection): Promise<MailLine> {
  const channel = await connection.open(MAIL_PROTOCOL)
  let notice: () => void = () => undefined
  const client = createRpcClient(channel, {
    onMessage(header) {
      decodeMailNotice(header)
      notice()
    }
  })
  return {
    relay: connection.peerKey,
    closed: channel.closed,
    async ask(request, body) {
      const expectBytes = request.kind === 'fetch' ? LIMITS.mailBodyBytes : 0
      const answer = await client.request(encodeMailRequest(request), body, { expectBytes })
      return { reply: replyTo(request, answer.header), body: answer.body }
    },
    onNotice(handler) {
      notice = handler
    },
    close: () => channel.abort()
  }
}

/** Throws PEER_LIES, TOO_LARGE, MALFORMED or UNSUPPORTED_VERSION. */
function replyTo<R extends MailRequest>(request: R, header: Uint8Array): ReplyTo<R> {
  const reply = decodeMailReply(header)
  if (reply.kind !== ANSWERS[request.kind]) throw new HoldfastError('PEER_LIES')
  return reply as ReplyTo<R>
}

const ANSWERS = {
  deliver: 'delivered',
  list: 'list',
  fetch: 'fetch',
  delete: 'deleted',
  subscribe: 'subscribed',
  keys: 'keys',
  lookUp: 'account'
} as const satisfies Record<MailRequest['kind'], MailReply['kind']>
