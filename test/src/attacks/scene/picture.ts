import assert from 'node:assert/strict'
import type { Device } from './device.ts'

/** Everything people see of a vault, and what its log holds: to say "unchanged" and "the same". */
export function picture(device: Device): unknown {
  const { index, replica } = device.vault
  const { tree } = index
  return {
    nodes: [...tree.walk(null)].map(({ path, node }) => [path.join('/'), node.id, node.content, node.conflictOf]),
    deleted: tree.deleted(),
    conflicts: tree.conflicts(),
    heads: index.heads(),
    counted: [...replica.log.counted()].sort(),
    members: [...replica.log.membership().accounts].map(([account, { role, devices }]) => [
      account,
      role,
      [...devices.keys()].sort()
    ]),
    relays: replica.log.membership().relays
  }
}

export function assertSame(a: Device, b: Device): void {
  assert.deepEqual(picture(a), picture(b))
}
