import type { DeviceId } from '@holdfast/core/base/ids'
import type { Replica } from '@holdfast/core/sync/replica/replica'

/** Whom a device may meet through this relay, as verified logs say now: devices of members of a vault that it is in itself. Relays and guests are none. */
export function mayMeetIn(replica: Pick<Replica, 'vaults'>): (device: DeviceId) => (other: DeviceId) => boolean {
  return (device) => {
    const lists = replica.vaults().map(({ log }) => {
      const membership = log.membership()
      return (one: DeviceId): boolean => membership.accountOf(one) !== undefined && !log.isRevoked(one)
    })
    const shared = lists.filter((list) => list(device))
    return (other) => shared.some((list) => list(other))
  }
}
