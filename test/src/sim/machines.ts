import type { Replica } from '@holdfast/core/sync/replica'
import { SimDevice } from './device.ts'
import type { Machine } from './machine.ts'
import { SimRelay } from './relay.ts'

/** The logs of whatever runs on this machine now. */
export function replicaOf(machine: Machine): Replica | undefined {
  if (machine instanceof SimDevice) return machine.run?.replica
  return machine instanceof SimRelay ? machine.run?.replica : undefined
}
