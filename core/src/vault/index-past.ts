import type { CausalPast as IndexPast } from '../index/entry.ts'
import type { CausalPast } from '../log/vault-log.ts'

/** What lies before an entry, as the index asks for it: by hash, so that the branches of a forked log are told apart. */
export function indexPast(past: CausalPast): IndexPast {
  return { has: (_log, _seq, hash) => past.includes(hash) }
}
