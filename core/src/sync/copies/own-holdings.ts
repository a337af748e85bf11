import type { RecordHash, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { Fetcher } from '../blobs/fetcher.ts'
import type { HeldObjects } from '../replica/holdings.ts'
import type { Replica } from '../replica/replica.ts'
import type { VaultReplica } from '../replica/vault-replica.ts'
import type { Wanted } from '../blobs/wanted.ts'

/**
 * What this device tells other devices that it holds. While it looks or fetches there is nothing to tell: an object counts as not
 * missing until it was looked for, and what comes by the thousand is told once, at the end.
 */
export class OwnHoldings {
  readonly #o: { replica: Replica; wanted: Wanted; fetcher: Pick<Fetcher, 'idle'> }
  readonly #told = new Map<VaultId, HeldObjects>()
  #looking = 0
  #waiting: Promise<void> | undefined

  constructor(options: { replica: Replica; wanted: Wanted; fetcher: Pick<Fetcher, 'idle'> }) {
    this.#o = options
  }

  /** Undefined while it is not known. */
  of(vault: VaultId): HeldObjects | undefined {
    if (this.#looking > 0 || this.#waiting !== undefined) return undefined
    const replica = this.#o.replica.vault(vault)
    if (replica === undefined) return undefined
    const known = this.#told.get(vault) ?? this.#make(replica)
    this.#told.set(vault, known)
    return known
  }

  /**
   * Until this has resolved, objects are looked for that may not be here. After a failure nothing is known any more; what is returned
   * never rejects.
   */
  lookingIn(looked: Promise<unknown>): Promise<void> {
    this.#looking++
    return looked.then(
      () => {
        this.#looking--
        this.changed()
      },
      () => undefined
    )
  }

  /** Something has come or gone: said when nothing more is on its way. */
  changed(): void {
    this.#told.clear()
    this.#waiting ??= this.#o.fetcher
      .idle()
      .catch(() => undefined)
      .then(() => {
        this.#waiting = undefined
        if (this.#looking === 0) this.#o.replica.holdingsChanged()
      })
  }

  /** The shorter way to say it; what fits neither is left out, so that no device is said to hold what it does not. */
  #make({ id, log, lacksRecords }: VaultReplica): HeldObjects {
    const pins = log.pins()
    const lacking = lacksRecords ? pins.missingRecords() : []
    for (const { hash } of this.#o.wanted.incompleteRecords(id)) lacking.push(hash)
    if (lacking.length <= LIMITS.heldRecords) return { kind: 'allBut', records: [...new Set(lacking)].sort() }
    const held: RecordHash[] = []
    for (const hash of pins.liveRecords())
      if (pins.record(hash) !== undefined && this.#o.wanted.isComplete(hash)) held.push(hash)
    return { kind: 'only', records: held.sort().slice(0, LIMITS.heldRecords) }
  }
}
