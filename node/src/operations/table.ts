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
  [
    'folder add',
    entry('unused', () => import('./folder.ts').then(({ addFolder, parseFolder }) => bound(parseFolder, addFolder)))
  ],
  ['folder ls', entry('unused', () => import('./folder.ts').then(({ listFolders }) => bound(nothing, listFolders)))],
  [
    'folder rm',
    entry('unused', () =>
      import('./folder.ts').then(({ removeFolder, parseFolder }) => bound(parseFolder, removeFolder))
    )
  ],
  ['get', entry('needed', () => import('./get.ts').then(({ get, parseGet }) => bound(parseGet, get)))],
  [
    'relay add',
    entry('needed', () =>
      import('./relay-add.ts').then(({ addRelay, parseRelayAdd }) => bound(parseRelayAdd, addRelay))
    )
  ],
  [
    'status',
    entry('unused', () =>
      Promise.all([import('@holdfast/core/operations/status'), import('./status.ts')]).then(
        ([{ parseStatus }, { status }]) => bound(parseStatus, status)
      )
    )
  ],
  ['sync', entry('needed', () => import('./sync.ts').then(({ sync, parseSync }) => bound(parseSync, sync)))],
  ['trash', entry('unused', () => import('./trash.ts').then(({ trash }) => bound(nothing, trash)))],
  [
    'trash empty',
    entry('unused', () =>
      import('./trash.ts').then(({ emptyTrashes, parseEmptyTrash }) => bound(parseEmptyTrash, emptyTrashes))
    )
  ],
  [
    'trash restore',
    entry('unused', () =>
      import('./trash.ts').then(({ restoreTrash, parseTrashRestore }) => bound(parseTrashRestore, restoreTrash))
    )
  ]
])
