import assert from 'node:assert/strict'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import { certify, testAccount, testDevice } from '@holdfast/core/log/testing'
import type { TestDevice } from '@holdfast/core/log/testing'
import { decodeMailReply, encodeMailRequest } from '@holdfast/core/sync/wire/mail-messages'
import type { MailReply, MailRequest } from '@holdfast/core/sync/wire/mail-messages'
import { HandClock, MapKv } from '@holdfast/core/sync/testing/map-stores'
import { testEnvelope } from './mail.ts'
import type { MailboxBounds } from '../mail/mailbox.ts'
import { MailService } from '../mail/mail-service.ts'
import type { MailStream } from '../mail/mail-service.ts'

export const [anna, bert] = [await testAccount('anna'), await testAccount('bert')]
export const [laptop, phone, stranger] = [
  await testDevice('laptop'),
  await testDevice('phone'),
  await testDevice('stranger')
]
export const pi = await testDevice('pi')
export const statements = [await certify(anna, laptop), await certify(anna, phone)]

const NOTHING = new Uint8Array(0)

/** For tests: a relay that hosts Anna's account with two devices, and not Bert's. */
export class Post {
  readonly kv: MapKv
  readonly clock = new HandClock()
  readonly service: MailService
  day = 1
  notices: number[] = []
  private readonly streams = new Map<DeviceId, MailStream>()

  constructor(options: { kv?: MapKv; bounds?: MailboxBounds } = {}) {
    this.kv = options.kv ?? new MapKv()
    this.service = new MailService({
      kv: this.kv,
      clock: this.clock,
      relay: pi.id,
      daysSeen: () => this.day,
      accountOf: (device) => (device === laptop.id || device === phone.id ? anna.id : undefined),
      isHosted: (account) => account === anna.id,
      devicesOf: () => ({ statements, living: [laptop.id, phone.id] }),
      ...(options.bounds === undefined ? {} : { bounds: options.bounds })
    })
  }

  async ask<R extends MailRequest>(from: TestDevice, request: R, body: Uint8Array = NOTHING): Promise<MailReply> {
    this.clock.now += 2000 // nobody here is in a hurry
    return decodeMailReply((await this.raw(from, encodeMailRequest(request), body)).header)
  }

  raw(from: TestDevice, header: Uint8Array, body: Uint8Array): ReturnType<MailStream['answer']> {
    let stream = this.streams.get(from.id)
    if (stream === undefined) {
      stream = this.service.stream(from.id, async (newest) => void this.notices.push(newest))
      this.streams.set(from.id, stream)
    }
    return stream.answer(header, body)
  }

  deliver(envelope: Uint8Array, from = stranger): Promise<MailReply> {
    return this.ask(from, { kind: 'deliver' }, envelope)
  }

  async list(after = 0): Promise<Extract<MailReply, { kind: 'list' }>> {
    const reply = await this.ask(laptop, { kind: 'list', after })
    assert.equal(reply.kind, 'list')
    return reply as Extract<MailReply, { kind: 'list' }>
  }

  async names(): Promise<string[]> {
    return (await this.list()).waiting.map(({ id }) => id)
  }
}

export const envelopes = (count: number, account: AccountId = anna.id): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => testEnvelope(account, `letter ${i}`))
