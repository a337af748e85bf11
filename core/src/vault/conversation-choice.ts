import type { AccountId, VaultId } from '../base/ids.ts'

/** A conversation as far as choosing one goes. */
export interface Candidate {
  readonly vault: VaultId
  /** Accounts that are members now. */
  readonly members: readonly AccountId[]
}

/**
 * The conversation of exactly these two that messages go to. Two that were founded at the same moment stay both; from when
 * both sides know both, the one with the smallest id is taken by either, whatever came first.
 */
export function conversationOf<T extends Candidate>(
  candidates: readonly T[],
  own: AccountId,
  other: AccountId
): T | undefined {
  const fitting = candidates.filter(
    ({ members }) => members.length === 2 && members.includes(own) && members.includes(other)
  )
  return fitting.reduce<T | undefined>(
    (best, one) => (best === undefined || one.vault < best.vault ? one : best),
    undefined
  )
}
