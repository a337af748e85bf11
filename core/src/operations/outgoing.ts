import type { ErrorCode } from '../base/errors.ts'
import type { AccountId } from '../base/ids.ts'
import { contactOf } from '../vault/contacts.ts'
import type { OutboxItem } from '../engine/mail/mail-outbox.ts'
import type { OpEngine } from './engine-part.ts'

/** What waits on this device for one person, because no relay of theirs has it yet. */
export interface Outgoing {
  readonly account: AccountId
  /** Hostile text, unless it is a contact's. */
  readonly name: string
  readonly envelopes: number
  /** Why the latest of them waits, as far as it was tried since the start. */
  readonly code?: ErrorCode
}

/** In the order in which the first of it was said. */
export async function outgoing(engine: OpEngine): Promise<Outgoing[]> {
  const found = new Map<AccountId, Outgoing>()
  for (const { to, at, lastError } of await engine.mail.waiting()) {
    if (at.length > 0) continue
    const { account, name } = to
    const code = lastError ?? found.get(account)?.code
    found.set(account, {
      account,
      name: contactOf(engine.personal.index, account)?.name ?? name,
      envelopes: (found.get(account)?.envelopes ?? 0) + 1,
      ...(code === undefined ? {} : { code })
    })
  }
  return [...found.values()]
}

/** Why no relay of its recipient has it; undefined where one has. What was not tried yet is taken to be out of reach. */
export function whyHere(item: OutboxItem | undefined): ErrorCode | undefined {
  return item === undefined || item.at.length > 0 ? undefined : (item.lastError ?? 'NO_PEER')
}
