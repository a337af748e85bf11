import { bound, entry, nothing, type OperationEntry } from '@holdfast/core/operations/operation'

/** Every operation that needs no disk, by the name it is called by. A command loads its own alone: most take no time but this. */
export const OPERATIONS: ReadonlyMap<string, OperationEntry> = new Map([
  [
    'ls',
    entry('unused', () =>
      import('@holdfast/core/operations/list').then(({ list, parseList }) =>
        bound(parseList, list, ({ path, recursive }) => (recursive ? 'all' : [path]))
      )
    )
  ],
  [
    'cat',
    entry('needed', () =>
      import('@holdfast/core/operations/cat').then(({ cat, parseCat }) => bound(parseCat, cat, ({ paths }) => paths))
    )
  ],
  [
    'mkdir',
    entry('unused', () =>
      import('@holdfast/core/operations/change').then(({ makeFolders, parsePaths }) =>
        bound(parsePaths, makeFolders, ({ paths }) => paths)
      )
    )
  ],
  [
    'mv',
    entry('unused', () =>
      import('@holdfast/core/operations/move').then(({ move, parseMove }) =>
        bound(parseMove, move, ({ from, to }) => [...from, to])
      )
    )
  ],
  [
    'rm',
    entry('unused', () =>
      import('@holdfast/core/operations/change').then(({ parseRemove, remove }) =>
        bound(parseRemove, remove, ({ paths }) => paths)
      )
    )
  ],
  [
    'restore',
    entry('unused', () =>
      import('@holdfast/core/operations/past').then(({ parseRestore, restore }) => bound(parseRestore, restore))
    )
  ],
  [
    'history',
    entry('unused', () =>
      import('@holdfast/core/operations/past').then(({ history, parseHistory }) =>
        bound(parseHistory, history, ({ path }) => [path])
      )
    )
  ],
  [
    'deleted',
    entry('unused', () => import('@holdfast/core/operations/deleted').then(({ deleted }) => bound(nothing, deleted)))
  ],
  [
    'conflicts',
    entry('unused', () =>
      import('@holdfast/core/operations/conflicts').then(({ conflicts }) => bound(nothing, conflicts))
    )
  ],
  [
    'conflicts resolve',
    entry('unused', () =>
      import('@holdfast/core/operations/conflicts').then(({ parseResolve, resolveConflict }) =>
        bound(parseResolve, resolveConflict, ({ path }) => [path])
      )
    )
  ],
  [
    'status',
    entry('unused', () =>
      import('@holdfast/core/operations/status').then(({ parseStatus, status }) => bound(parseStatus, status))
    )
  ],
  [
    'verify',
    entry('needed', () =>
      import('@holdfast/core/operations/verify').then(({ parseVerify, verify }) => bound(parseVerify, verify))
    )
  ],
  ['sync', entry('needed', () => import('@holdfast/core/operations/sync').then(({ sync }) => bound(nothing, sync)))],
  [
    'relay add',
    entry('needed', () =>
      import('@holdfast/core/operations/relays').then(({ addRelay, parseRelayAdd }) => bound(parseRelayAdd, addRelay))
    )
  ],
  [
    'relay ls',
    entry('unused', () =>
      import('@holdfast/core/operations/relays').then(({ listRelays }) => bound(nothing, listRelays))
    )
  ],
  [
    'relay rm',
    entry('needed', () =>
      import('@holdfast/core/operations/relays').then(({ parseRelayRemove, removeRelay }) =>
        bound(parseRelayRemove, removeRelay)
      )
    )
  ],
  [
    'relay set',
    entry('needed', () =>
      import('@holdfast/core/operations/relays').then(({ parseRelaySet, setRelays }) => bound(parseRelaySet, setRelays))
    )
  ],
  [
    'devices',
    entry('unused', () =>
      import('@holdfast/core/operations/devices').then(({ listDevices }) => bound(nothing, listDevices))
    )
  ],
  [
    'devices revoke',
    entry('needed', () =>
      import('@holdfast/core/operations/devices').then(({ parseRevoke, revokeDevice }) =>
        bound(parseRevoke, revokeDevice)
      )
    )
  ],
  [
    'contact',
    entry('unused', () =>
      import('@holdfast/core/operations/contact').then(({ contact, parseContact }) =>
        bound(parseContact, contact, () => [])
      )
    )
  ],
  [
    'contact add',
    entry('unused', () =>
      import('@holdfast/core/operations/contact').then(({ addContact, parseContactAdd }) =>
        bound(parseContactAdd, addContact)
      )
    )
  ],
  [
    'contact ls',
    entry('unused', () =>
      import('@holdfast/core/operations/contact').then(({ listContacts }) => bound(nothing, listContacts, () => []))
    )
  ],
  [
    'contact rm',
    entry('unused', () =>
      import('@holdfast/core/operations/contact').then(({ parseContactName, removeContact }) =>
        bound(parseContactName, removeContact, () => [])
      )
    )
  ],
  [
    'contact block',
    entry('unused', () =>
      import('@holdfast/core/operations/contact').then(({ block, parseContactName }) =>
        bound(parseContactName, block(true), () => [])
      )
    )
  ],
  [
    'contact unblock',
    entry('unused', () =>
      import('@holdfast/core/operations/contact').then(({ block, parseContactName }) =>
        bound(parseContactName, block(false), () => [])
      )
    )
  ],
  [
    'say',
    entry('needed', () => import('@holdfast/core/operations/say').then(({ parseSay, say }) => bound(parseSay, say)))
  ],
  [
    'inbox',
    entry('needed', () =>
      import('@holdfast/core/operations/inbox').then(({ inbox, parseInbox }) => bound(parseInbox, inbox))
    )
  ],
  [
    'conversations',
    entry('unused', () =>
      import('@holdfast/core/operations/conversations').then(({ listConversations }) =>
        bound(nothing, listConversations)
      )
    )
  ],
  [
    'conversations show',
    entry('needed', () =>
      import('@holdfast/core/operations/conversations').then(({ parseShow, showConversation }) =>
        bound(parseShow, showConversation)
      )
    )
  ],
  [
    'recovery test',
    entry('needed', () =>
      import('@holdfast/core/operations/recovery').then(({ parseRecoveryTest, testRecovery }) =>
        bound(parseRecoveryTest, testRecovery)
      )
    )
  ],
  [
    'share',
    entry('needed', () =>
      import('@holdfast/core/operations/share').then(({ parseShare, share }) => bound(parseShare, share))
    )
  ],
  [
    'unshare',
    entry('needed', () =>
      import('@holdfast/core/operations/unshare').then(({ parseUnshare, unshare }) => bound(parseUnshare, unshare))
    )
  ],
  [
    'members',
    entry('unused', () =>
      import('@holdfast/core/operations/members').then(({ members, parseMembers }) => bound(parseMembers, members))
    )
  ],
  [
    'members set',
    entry('needed', () =>
      import('@holdfast/core/operations/members').then(({ parseSetRole, setMemberRole }) =>
        bound(parseSetRole, setMemberRole)
      )
    )
  ],
  [
    'invites',
    entry('needed', () => import('@holdfast/core/operations/invites').then(({ invites }) => bound(nothing, invites)))
  ],
  [
    'accept',
    entry('needed', () =>
      import('@holdfast/core/operations/invites').then(({ accept, parseAccept }) => bound(parseAccept, accept))
    )
  ],
  [
    'decline',
    entry('unused', () =>
      import('@holdfast/core/operations/invites').then(({ decline, parseDecline }) => bound(parseDecline, decline))
    )
  ],
  [
    'pair',
    entry('listening', () =>
      import('@holdfast/core/operations/pair').then(({ pair, parsePair }) => bound(parsePair, pair))
    )
  ]
])
