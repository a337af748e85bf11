import type { LogId } from '../../base/ids.ts'
import type { Head } from '../../log/head-statement.ts'
import type { LogRange } from '../wire/messages.ts'
import type { VaultView } from './sync-view.ts'

/**
 * Heads as a peer may see them. Until it is `clear` that the peer holds nothing of this home's own log that is missing here,
 * that log ends where some peer has heard of it: what comes after could still have to be taken back.
 */
export function shownHeads(view: VaultView, clear: (log: LogId) => boolean): readonly Head[] {
  const own = view.ownLog()
  if (own === null || clear(own.log)) return view.heads()
  return view.heads().flatMap((head) => {
    if (head.log !== own.log || head.seq <= own.announcedSeq) return [head]
    const hash = view.hashAt(own.log, own.announcedSeq)
    return hash === undefined ? [] : [{ log: own.log, seq: own.announcedSeq, hash }]
  })
}

/** What of these ranges lies at or below these heads. */
export function withinHeads(ranges: readonly LogRange[], heads: readonly Head[]): LogRange[] {
  const last = new Map(heads.map(({ log, seq }) => [log, seq]))
  return ranges.flatMap(({ log, from, to }) => {
    const end = Math.min(to, last.get(log) ?? 0)
    return from <= end ? [{ log, from, to: end }] : []
  })
}
