import { asArray, asBytes, asId, asIds, asText, asVersion, decode, encode, idValue } from '@holdfast/core/base/codec'
import { idFromHex } from '@holdfast/core/base/ids'
import type { AccountId, DeviceId } from '@holdfast/core/base/ids'
import { LIMITS } from '@holdfast/core/base/limits'
import type { KvChange, KvStore } from '@holdfast/core/ports/kv-store'

/** An account this relay works for, as it showed itself when it registered. All of it is public. */
export interface RegisteredAccount {
  readonly account: AccountId
  readonly root: Uint8Array
  readonly recovery: Uint8Array
  readonly name: string
}

export function putAccount({ account, root, recovery, name }: RegisteredAccount): KvChange {
  return { put: ACCOUNT + account, value: encode([1, root, recovery, name]) }
}

/** A device that registered itself, and the devices of the chain it showed, itself the last. */
export interface RegisteredDevice {
  readonly account: AccountId
  readonly chain: readonly DeviceId[]
}

export function putDevice(device: DeviceId, { account, chain }: RegisteredDevice): KvChange {
  return { put: DEVICE + device, value: encode([1, idValue(account), chain.map(idValue)]) }
}

export async function loadAccounts(kv: KvStore): Promise<Map<AccountId, RegisteredAccount>> {
  const accounts = new Map<AccountId, RegisteredAccount>()
  for await (const [key, value] of kv.range({ gte: ACCOUNT, lt: after(ACCOUNT) })) {
    const account = idFromHex<AccountId>(key.slice(ACCOUNT.length))
    const [version, root, recovery, name] = asArray(decode(value, ROW_BYTES), 4)
    asVersion(version, 1)
    accounts.set(account, {
      account,
      root: asBytes(root, 32),
      recovery: asBytes(recovery, 32),
      name: asText(name, LIMITS.deviceNameBytes)
    })
  }
  return accounts
}

/** Devices that registered themselves. */
export async function loadDevices(kv: KvStore): Promise<Map<DeviceId, RegisteredDevice>> {
  const devices = new Map<DeviceId, RegisteredDevice>()
  for await (const [key, value] of kv.range({ gte: DEVICE, lt: after(DEVICE) })) {
    const [version, account, ids] = asArray(decode(value, ROW_BYTES), 3)
    asVersion(version, 1)
    const chain = asIds<DeviceId>(ids, LIMITS.genesisChain)
    devices.set(idFromHex<DeviceId>(key.slice(DEVICE.length)), { account: asId<AccountId>(account), chain })
  }
  return devices
}

const ACCOUNT = 'account/'
const DEVICE = 'account-device/'
const ROW_BYTES = 1024
const after = (prefix: string): string => `${prefix.slice(0, -1)}0`
