import type { DeviceId, ObjectId, VaultId } from '../../base/ids.ts'
import type { Membership } from '../../log/membership.ts'
import { responsible } from './placement.ts'
import type { Presence } from './presence.ts'

export interface PlacedOptions {
  readonly presence: Presence
  readonly self: DeviceId
  readonly membershipOf: (vault: VaultId) => Pick<Membership, 'relays' | 'copies' | 'repairAfterMs'> | undefined
  /** Other relays are responsible from now on, as this home sees it; `was`: what held before. */
  readonly onChange: (vault: VaultId, was: Responsibility) => void
}

export type Responsibility = (relay: DeviceId, object: ObjectId) => boolean

/**
 * Who is responsible for what, as this home sees it. The same answer until `recheck` finds that the relay list, or who is
 * away, has changed: then all that follows from it is looked at anew.
 */
export class Placed {
  readonly #o: PlacedOptions
  readonly #plans = new Map<VaultId, Plan>()

  constructor(options: PlacedOptions) {
    this.#o = options
  }

  /** Empty while the vault names no relay. */
  responsible(vault: VaultId, object: ObjectId): readonly DeviceId[] {
    return responsibleBy(this.#plan(vault), vault, object)
  }

  /** While the vault names no relay, whoever hosts it holds it. */
  isResponsible(vault: VaultId, relay: DeviceId, object: ObjectId): boolean {
    return isResponsibleBy(this.#plan(vault), vault, relay, object)
  }

  /** Whether this relay is responsible for everything: so it is where there are no more relays than copies. */
  holdsAll(vault: VaultId, relay: DeviceId): boolean {
    const { isUnnamed, here, copies } = this.#plan(vault)
    return isUnnamed || (here.length <= copies && here.includes(relay))
  }

  /** Missing for longer than its vault has patience. */
  isAway(vault: VaultId, relay: DeviceId): boolean {
    const { presence, membershipOf } = this.#o
    return presence.unseenMs(vault, relay) > (membershipOf(vault)?.repairAfterMs ?? 0)
  }

  /** Grows whenever the answers for this vault may have changed. */
  version(vault: VaultId): number {
    return this.#plan(vault).version
  }

  /** To be called when memberships or links have changed, and now and then. */
  recheck(vaults: Iterable<VaultId>): void {
    for (const vault of vaults) {
      const old = this.#plans.get(vault)
      const plan = this.#make(vault, (old?.version ?? 0) + 1)
      if (old?.key === plan.key) continue
      this.#plans.set(vault, plan)
      if (old !== undefined) this.#o.onChange(vault, (relay, object) => isResponsibleBy(old, vault, relay, object))
    }
  }

  #plan(vault: VaultId): Plan {
    const known = this.#plans.get(vault)
    if (known !== undefined) return known
    const plan = this.#make(vault, 1)
    this.#plans.set(vault, plan)
    return plan
  }

  #make(vault: VaultId, version: number): Plan {
    const { self, membershipOf } = this.#o
    const { relays = [], copies: asked = 1 } = membershipOf(vault) ?? {}
    const copies = Math.max(1, asked)
    const all = relays.map(({ peer }) => peer)
    // With no more relays than copies nobody could take another's place.
    const near = all.length <= copies ? all : all.filter((relay) => relay === self || !this.isAway(vault, relay))
    const here = near.length > 0 ? near : all
    return { key: [copies, ...here].join(), version, here, copies, isUnnamed: all.length === 0, known: new Map() }
  }
}

function isResponsibleBy(plan: Plan, vault: VaultId, relay: DeviceId, object: ObjectId): boolean {
  return plan.isUnnamed || responsibleBy(plan, vault, object).includes(relay)
}

function responsibleBy(plan: Plan, vault: VaultId, object: ObjectId): readonly DeviceId[] {
  if (plan.here.length <= plan.copies) return plan.here
  const known = plan.known.get(object)
  if (known !== undefined) return known
  if (plan.known.size >= KNOWN) plan.known.clear()
  const found = responsible(plan.here, plan.copies, vault, object)
  plan.known.set(object, found)
  return found
}

interface Plan {
  readonly key: string
  readonly version: number
  readonly here: readonly DeviceId[]
  readonly copies: number
  readonly isUnnamed: boolean
  readonly known: Map<ObjectId, readonly DeviceId[]>
}

/** Objects whose place is remembered: some ten MiB. */
const KNOWN = 65_536
