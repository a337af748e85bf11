import { splitLogId } from '@holdfast/core/base/ids'
import type { DeviceId } from '@holdfast/core/base/ids'
import type { Vault } from '@holdfast/core/vault/vault'
import type { BaseTree } from './base-tree.ts'
import type { Plan } from './plan.ts'

/**
 * The devices that deleted in the vault what would go from this disk: whoever removes a file says in the same entry which version of it
 * is kept. One whose versions are gone has nobody.
 */
export function deletersOf({ index }: Vault, trashes: Plan['trashes'], base: BaseTree): Set<DeviceId> {
  const devices = new Set<DeviceId>()
  for (const { id } of trashes) {
    const object = base.get(id)?.object
    const kept = object === undefined ? undefined : index.tree.state(id)?.versions?.get(object)?.at(-1)
    const log = kept && index.logOf(kept.actor)
    if (log !== undefined) devices.add(splitLogId(log).device)
  }
  return devices
}
