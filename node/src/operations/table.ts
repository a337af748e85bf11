import { bound, entry, nothing, type OperationEntry } from '@holdfast/core/operations/operation'
import { OPERATIONS as EVERYWHERE } from '@holdfast/core/operations/table'

/** Every operation by the name it is called by over a control socket: those of every device, and those that touch this machine's disk. */
export const OPERATIONS: ReadonlyMap<string, OperationEntry> = new Map([
  ...EVERYWHERE,
  [
    'add',
    entry('unused', () => import('./add.ts').then(({ add, parseAdd }) => bound(parseAdd, add, ({ to }) => [to ?? []])))
  ],
  ['doctor', entry('needed', () => import('../doctor/doctor.ts').then(({ doctor }) => bound(nothing, doctor)))],
  ['get', entry('needed', () => import('./get.ts').then(({ get, parseGet }) => bound(parseGet, get)))],
  [
    'relay add',
    entry('needed', () =>
      import('./relay-add.ts').then(({ addRelay, parseRelayAdd }) => bound(parseRelayAdd, addRelay))
    )
  ]
])
