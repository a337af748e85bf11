import type { DeviceId } from '../base/ids.ts'
import type { Membership } from '../log/membership.ts'

/** What people call a device of the vault. What it says was written by that device and is hostile. */
export function deviceName(membership: Membership, device: DeviceId): string | undefined {
  const account = membership.accountOf(device)
  return account === undefined ? undefined : membership.accounts.get(account)?.devices.get(device)?.name
}
