import { HoldfastError } from '../../base/errors.ts'
import type { AccountId } from '../../base/ids.ts'
import { contactOf } from '../../vault/contacts.ts'
import type { Engine } from '../engine.ts'

/**
 * Bounds what others can make the personal index grow by. `waiting`: who sent what has been kept and waits for an answer, each as
 * often as that. Verified contacts have room of their own, so that no crowd of strangers takes it. Throws INBOX_FULL: then
 * the envelope stays at the relay.
 */
export function assertRoom(engine: Engine, sender: AccountId, waiting: readonly AccountId[]): void {
  const kinds = new Map<AccountId, Kind>()
  const kindOf = (account: AccountId): Kind => {
    const kind = kinds.get(account) ?? judged(engine, account)
    kinds.set(account, kind)
    return kind
  }
  const kind = kindOf(sender)
  const { ofOne, ofAll } = kind === 'verified' ? OF_VERIFIED : OF_OTHERS
  const own = waiting.filter((account) => account === sender)
  const alike = waiting.filter((account) => kindOf(account) === kind)
  if (own.length >= ofOne || alike.length >= ofAll) throw new HoldfastError('INBOX_FULL')
}

export function isVerified(engine: Engine, account: AccountId): boolean {
  return judged(engine, account) === 'verified'
}

type Kind = 'verified' | 'other' | 'blocked'

function judged(engine: Engine, account: AccountId): Kind {
  const contact = contactOf(engine.personal.index, account)
  if (contact?.blocked === true) return 'blocked'
  return contact?.verified === true ? 'verified' : 'other'
}

/** Each has up to 72 KiB. */
const OF_VERIFIED = { ofOne: 64, ofAll: 256 }
const OF_OTHERS = { ofOne: 16, ofAll: 128 }
