import { isHoldfastError } from '../../base/errors.ts'
import { assertSigned } from '../../log/account-statement.ts'
import type { SignedStatement } from '../../log/account-statement.ts'
import type { ContactCard } from '../../vault/contact-card.ts'
import type { Connection } from '../../net/connection.ts'
import { mailNetworkOf } from '../mail/engine-mail.ts'
import type { Engine } from '../engine.ts'
import { openMailLine } from '../mail/mail-line.ts'

/**
 * What an account says of its devices: its card's chain and, where a relay of the card can be reached, what that knows beside it.
 * Everything is signed by the account itself; a relay that shows less than the card's maker knew is not listened to.
 */
export async function statementsOf(engine: Engine, card: ContactCard): Promise<readonly SignedStatement[]> {
  if (!engine.isOnline) return card.chain
  for (const relay of card.relays) {
    try {
      const { connection, release } = await mailNetworkOf(engine, engine.network).borrow(relay)
      try {
        return await askedOver(connection, card)
      } finally {
        release()
      }
    } catch (error) {
      if (!isHoldfastError(error)) throw error
    }
  }
  return card.chain
}

async function askedOver(connection: Connection, card: ContactCard): Promise<readonly SignedStatement[]> {
  const line = await openMailLine(connection)
  try {
    const { reply } = await line.ask({ kind: 'lookUp', account: card.account, withoutKeys: true })
    return await joined(card, reply.statements)
  } finally {
    line.close() // a relay that refused as well: it lets one connection have few
  }
}

async function joined(card: ContactCard, told: readonly SignedStatement[]): Promise<readonly SignedStatement[]> {
  const all = new Map([...card.chain, ...told].map((signed) => [signed.hash, signed]))
  const isWhole = card.floor.every((hash) => all.has(hash))
  if (!isWhole || told.some(({ statement }) => statement.account !== card.account)) return card.chain
  for (const signed of all.values()) await assertSigned(signed)
  return [...all.values()]
}
