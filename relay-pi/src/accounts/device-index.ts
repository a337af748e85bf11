import type { AccountId, DeviceId, VaultId } from '@holdfast/core/base/ids'

/** For which accounts a device stands in some log, without looking at every log. */
export class DeviceIndex {
  private readonly byLog = new Map<VaultId, ReadonlySet<DeviceId>>()
  private readonly byDevice = new Map<DeviceId, Map<VaultId, AccountId>>()

  /** The log of this account says these and no others any more. */
  put(log: VaultId, account: AccountId, devices: Iterable<DeviceId>): void {
    const now = new Set(devices)
    for (const device of this.byLog.get(log) ?? []) if (!now.has(device)) this.remove(device, log)
    this.byLog.set(log, now)
    for (const device of now) {
      const accounts = this.byDevice.get(device)
      if (accounts === undefined) this.byDevice.set(device, new Map([[log, account]]))
      else accounts.set(log, account)
    }
  }

  /** Each once. */
  accountsOf(device: DeviceId): readonly AccountId[] {
    return [...new Set(this.byDevice.get(device)?.values())]
  }

  private remove(device: DeviceId, log: VaultId): void {
    const accounts = this.byDevice.get(device)
    if (accounts?.delete(log) === true && accounts.size === 0) this.byDevice.delete(device)
  }
}
