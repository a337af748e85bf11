import { toHex } from '../../base/bytes.ts'
import { HoldfastError } from '../../base/errors.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { AccountRecord } from '../../log/account-record.ts'
import type { SignedStatement } from '../../log/account-statement.ts'
import { LIMITS } from '../../base/limits.ts'
import { blake3 } from '../../proof/blake3.ts'
import { openAccountRecord } from '../../vault/account-contents.ts'
import type { AccountContents } from '../../vault/account-contents.ts'
import type { Contact, Floor, FloorHead } from '../../vault/pairing-messages.ts'
import type { Host } from '../../net/host.ts'
import type { Wait } from '../../ports/wait.ts'
import { askForRecord } from './ask-recovery.ts'
import type { Answer, RecoveryKeys } from './ask-recovery.ts'

export interface FoundRecord {
  readonly number: number
  readonly contents: AccountContents
  readonly answers: readonly Answer[]
}

/**
 * Asks the relays that were named, then those that their records name. The highest number wins, and what any good record
 * holds its reader to must come back; which relay has less or lies can be seen in the answers. Throws NO_RECORD,
 * WRONG_WORDS, NO_PEER, PEER_LIES.
 */
export async function findRecord(
  ports: { readonly host: Host; readonly wait: Wait },
  named: readonly Contact[],
  keys: RecoveryKeys,
  certificate: SignedStatement,
  options: { signal?: AbortSignal; onAnswer?: (answer: Answer) => Promise<void> | void } = {}
): Promise<FoundRecord> {
  const answers: Answer[] = []
  let toAsk: readonly Contact[] = named
  while (toAsk.length > 0) {
    const round = await Promise.all(toAsk.map((relay) => askForRecord(ports, relay, keys, certificate, options.signal)))
    if (options.signal?.aborted === true) throw new HoldfastError('ABORTED')
    for (const answer of round) await options.onAnswer?.(answer)
    answers.push(...round)
    const asked = new Set(answers.map(({ relay }) => relay.peer))
    const told = round.flatMap(({ found }) => found?.contents.relays ?? [])
    toAsk = [...new Map(told.filter(({ peer }) => !asked.has(peer)).map((relay) => [relay.peer, relay])).values()]
    toAsk = toAsk.slice(0, Math.max(0, MOST_ASKED - answers.length))
  }
  return { ...newestOf(answers), answers }
}

/** Two good records that begin with different vaults: one relay works with a device that was the account's. No program can tell which. */
function newestOf(answers: readonly Answer[]): { number: number; contents: AccountContents } {
  const found = answers.flatMap((answer) => answer.found ?? [])
  const begins = new Set(found.map(({ contents }) => beginningOf(contents)))
  if (begins.size > 1)
    throw new HoldfastError(
      'PEER_LIES',
      'Two relays show different beginnings of this account: one of them lies. Try again with the one you trust alone.'
    )
  const all = found.toSorted((a, b) => b.number - a.number)
  const [newest] = all
  if (newest === undefined) throw new HoldfastError(reasonOf(answers.map(({ code }) => code ?? 'NO_RECORD')))
  const floors = unionOf(all.slice(0, LIMITS.relays).flatMap(({ contents }) => contents.floors))
  return { number: newest.number, contents: { ...newest.contents, floors } }
}

/** One floor for each vault, with the furthest that any names of each log: one relay's word must not make less of another's. */
function unionOf(floors: readonly Floor[]): Floor[] {
  return [...new Set(floors.map(({ vault }) => vault))].map((vault) => {
    const its = floors.filter((floor) => floor.vault === vault)
    const heads = new Map<FloorHead['log'], FloorHead>()
    for (const head of its.flatMap((floor) => floor.heads))
      if ((heads.get(head.log)?.seq ?? -1) < head.seq) heads.set(head.log, head)
    return { vault, heads: [...heads.values()], epochs: [...new Set(its.flatMap(({ epochs }) => epochs))] }
  })
}

/**
 * What a record says that a relay keeps of one's own account, whose beginning is known here. Throws PEER_LIES for one that
 * begins with other vaults, and as `openAccountRecord`.
 */
export async function openOwnRecord(
  record: AccountRecord,
  keys: Parameters<typeof openAccountRecord>[1],
  own: Pick<AccountContents, 'accountGenesis' | 'personalGenesis'>
): Promise<AccountContents> {
  const contents = await openAccountRecord(record, keys)
  if (beginningOf(contents) !== beginningOf(own)) throw new HoldfastError('PEER_LIES')
  return contents
}

function beginningOf({
  accountGenesis,
  personalGenesis
}: Pick<AccountContents, 'accountGenesis' | 'personalGenesis'>): string {
  return [accountGenesis, personalGenesis].map(({ header }) => toHex(blake3(header))).join()
}

/** What says most about what to do. */
function reasonOf(codes: readonly ErrorCode[]): ErrorCode {
  return ORDER.find((code) => codes.includes(code)) ?? 'NO_PEER'
}

const ORDER: readonly ErrorCode[] = [
  'NO_RECORD',
  'PEER_LIES',
  'RATE_LIMITED',
  'PEER_MISMATCH',
  'WRONG_WORDS',
  'REFUSED'
]
const MOST_ASKED = 2 * LIMITS.relays
