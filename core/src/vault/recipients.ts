import type { EpochId } from '../base/ids.ts'
import { recipientKey } from '../log/epoch-body.ts'
import type { LogStore } from '../log/log-store.ts'
import type { Membership } from '../log/membership.ts'
import type { VaultLog } from '../log/vault-log.ts'
import { handedOut } from './handed-out.ts'
import type { RecipientKey } from './keyring.ts'

/** Who gets a new epoch: every member device, and the recovery key of every member account. */
export function epochRecipients(membership: Membership): RecipientKey[] {
  const recipients: RecipientKey[] = []
  for (const [account, member] of membership.accounts) {
    recipients.push({ kind: 'recovery', id: account, xPublic: member.recovery })
    for (const [device, { xPublic }] of member.devices) recipients.push({ kind: 'device', id: device, xPublic })
  }
  return recipients
}

/** For each of these epochs the members to whom no counted entry wraps it. */
export async function missingRecipients(
  { log, store }: { log: VaultLog; store: LogStore },
  epochs: readonly EpochId[],
  membership: Membership
): Promise<Map<EpochId, RecipientKey[]>> {
  const given = new Map<EpochId, Set<string>>()
  for (const id of epochs) {
    const bodies = await Promise.all(log.epochEntries(id).map((hash) => handedOut(store, hash)))
    given.set(id, new Set(bodies.flatMap(({ wraps }) => wraps.map(recipientKey))))
  }
  const members = epochRecipients(membership)
  return new Map([...given].map(([epoch, has]) => [epoch, members.filter((member) => !has.has(recipientKey(member)))]))
}
