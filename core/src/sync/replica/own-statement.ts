import { SIGN } from '../../base/labels.ts'
import type { VaultId } from '../../base/ids.ts'
import { encodeHeadStatement } from '../../log/head-statement.ts'
import type { Head, HeadStatement } from '../../log/head-statement.ts'
import type { VaultHost } from './replica-events.ts'
import type { HeldStatement, StatementBook } from './statement-book.ts'

/** Whether this home's newest head statement still says what it holds. */
export function saysWhatIsHeld(held: HeldStatement | undefined, heads: readonly Head[], host: VaultHost): boolean {
  if (held === undefined) return false
  const { statement } = held
  if (
    statement.incarnation !== host.incarnation() ||
    statement.daysSeen !== host.daysSeen() ||
    statement.heads.length !== heads.length
  )
    return false
  return heads.every((head, i) => head.hash === statement.heads[i]!.hash)
}

/** Signs and keeps the next one, durably. */
export async function renewStatement(
  book: StatementBook,
  vault: VaultId,
  heads: readonly Head[],
  host: VaultHost
): Promise<HeadStatement> {
  const statement: HeadStatement = {
    vault,
    device: host.identity.device,
    incarnation: host.incarnation(),
    number: (book.get(host.identity.device)?.statement.number ?? 0) + 1,
    heads,
    timeMs: Math.max(0, host.clock.nowMs()),
    daysSeen: host.daysSeen()
  }
  const bytes = encodeHeadStatement(statement)
  await book.put({ statement, signed: { bytes, signature: await host.identity.sign(SIGN.headStatement, bytes) } })
  return statement
}
