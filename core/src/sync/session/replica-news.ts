import type { DeviceId } from '../../base/ids.ts'
import type { Clock } from '../../ports/clock.ts'
import type { ReplicaEvent } from '../replica/replica-events.ts'
import type { SyncEvent } from './effects.ts'

/** What the sync machine of the link to `peer` is told of what happened in the replica; nothing of what concerns no link. */
export function newsOf(event: ReplicaEvent, peer: DeviceId, clock: Pick<Clock, 'nowMs'>): readonly SyncEvent[] {
  switch (event.kind) {
    case 'admitted': {
      // The link that brought it hears of it in its own report; membership concerns every link.
      const grown = event.from === peer ? [] : [{ kind: 'grown', vault: event.vault.id } as const]
      return event.admission.membershipChanged ? [...grown, { kind: 'reconsider', nowMs: clock.nowMs() }] : grown
    }
    case 'vaults':
      return [{ kind: 'reconsider', nowMs: clock.nowMs() }]
    case 'released':
      return [{ kind: 'grown', vault: event.vault.id }]
    case 'withdrawn':
      return [{ kind: 'withdrawn', vault: event.vault.id, log: event.log }]
    case 'statements':
      return [{ kind: 'statements', vault: event.vault.id }]
    case 'holdings':
      return [{ kind: 'holdings' }]
    case 'mended':
    case 'states':
    case 'placement':
    case 'records':
    case 'problem':
    case 'rolledBack':
    case 'turned':
      return []
  }
}
