import { splitLogId } from '../base/ids.ts'
import type { AccountId, DeviceId } from '../base/ids.ts'
import type { Index } from '../index/index.ts'
import type { PeerBook } from '../sync/replica/peer-book.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import { entryOfMessage } from './conversation-messages.ts'
import type { Message } from './conversation-messages.ts'

/**
 * How far a message has come, as far as this device knows. `delivered`: on a device of every other member; `relay`: some relay
 * holds it whole; `here`: nobody else is known to have it.
 */
export interface Delivery {
  readonly state: 'here' | 'relay' | 'delivered'
  /** Other members one of whose devices has it. */
  readonly members: readonly AccountId[]
  readonly relays: readonly DeviceId[]
}

/**
 * Of relays their own word for the object counts; of devices the head statement they signed, which names how far they hold each
 * log. Both are lower bounds: what nobody has told yet does not show.
 */
export function deliveryOf(
  message: Message,
  index: Index,
  { replica, peers, own }: { replica: VaultReplica; peers: PeerBook; own: AccountId }
): Delivery {
  const membership = replica.log.membership()
  const others = [...membership.accounts].filter(([account]) => account !== own)
  const written = entryOfMessage(index, message)
  const record = replica.log.pins().recordOf(message.content.object)
  const has = (device: DeviceId): boolean =>
    written !== undefined &&
    replica.statementHeads(device).some(({ log, seq }) => log === message.log && seq >= written.seq)
  const author = membership.accountOf(splitLogId(message.log).device)
  const members = others.flatMap(([account, { devices }]) =>
    account === author || [...devices.keys()].some(has) ? [account] : []
  )
  const relays =
    record === undefined
      ? []
      : peers.objectState(replica.id, record.hash).complete.filter((peer) => membership.isRelay(peer))
  const everybody = others.length > 0 && members.length === others.length
  return { state: everybody ? 'delivered' : relays.length > 0 ? 'relay' : 'here', members, relays }
}

/** Who wrote it: the account whose device signed, also when it is a member no more. The file's name says nothing of it. */
export function authorOf(
  message: Message,
  index: Index,
  replica: VaultReplica
): { account: AccountId | undefined; device: DeviceId } {
  const { device } = splitLogId(message.log)
  const now = replica.log.membership().accountOf(device)
  if (now !== undefined) return { account: now, device }
  const written = entryOfMessage(index, message)
  const then = written === undefined ? undefined : replica.log.membershipAt([written.entry])
  return { account: then?.accountOf(device), device }
}
