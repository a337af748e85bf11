import { toHex } from '@holdfast/core/base/bytes'
import type { DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { VaultReplica } from '@holdfast/core/sync/replica/vault-replica'

/** What is looked at of a vault. */
export type NamingVault = { readonly log: Pick<VaultReplica['log'], 'genesis' | 'membership'> }

/**
 * Relays of the vaults that name this one too, at most `most`, and where each is said to be. Whose vaults they are takes turns,
 * with relays and with the addresses of each: nobody who makes many vaults, or invents relays and addresses, takes the
 * places of others.
 */
export function namedRelays(
  vaults: Iterable<NamingVault>,
  self: DeviceId,
  most: number
): ReadonlyMap<DeviceId, readonly string[]> {
  const founders = byFounder(vaults, self)
  const peers = inTurns(
    founders.map((named) => [...named.keys()]),
    most
  )
  return new Map(
    peers.map((peer) => [
      peer,
      inTurns(
        founders.map((named) => [...(named.get(peer) ?? [])]),
        LIMITS.addresses
      )
    ])
  )
}

/** For each account that founded any of them: the relays its vaults name, and their addresses. */
function byFounder(vaults: Iterable<NamingVault>, self: DeviceId): Map<DeviceId, Set<string>>[] {
  const founders = new Map<string, Map<DeviceId, Set<string>>>()
  for (const { log } of vaults) {
    const membership = log.membership()
    if (!membership.isRelay(self)) continue
    const founder = toHex(log.genesis.root)
    const named = founders.get(founder) ?? new Map<DeviceId, Set<string>>()
    founders.set(founder, named)
    for (const { peer, addresses } of membership.relays) {
      if (peer === self || addresses.length === 0) continue
      const all = named.get(peer) ?? new Set<string>()
      named.set(peer, all)
      for (const address of addresses) all.add(address)
    }
  }
  return [...founders.values()]
}

/** The first of each list, then the second of each: every one once. */
function inTurns<T>(lists: readonly (readonly T[])[], most: number): T[] {
  const taken = new Set<T>()
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  for (let at = 0; at < longest; at++) {
    for (const list of lists) {
      if (at < list.length) taken.add(list[at]!)
      if (taken.size >= most) return [...taken]
    }
  }
  return [...taken]
}
