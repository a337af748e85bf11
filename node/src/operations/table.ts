import { bound, entry, nothing, type OperationEntry } from './operation.ts'

/** Every operation by the name it is called by over a control socket. A command loads its own alone: most take no time but this. */
export const OPERATIONS: ReadonlyMap<string, OperationEntry> = new Map([
  [
    'add',
    entry('unused', () => import('./add.ts').then(({ add, parseAdd }) => bound(parseAdd, add, ({ to }) => [to ?? []])))
  ],
  [
    'ls',
    entry('unused', () =>
      import('./list.ts').then(({ list, parseList }) =>
        bound(parseList, list, ({ path, recursive }) => (recursive ? 'all' : [path]))
      )
    )
  ],
  ['get', entry('needed', () => import('./get.ts').then(({ get, parseGet }) => bound(parseGet, get)))],
  [
    'cat',
    entry('needed', () => import('./cat.ts').then(({ cat, parseCat }) => bound(parseCat, cat, ({ paths }) => paths)))
  ],
  [
    'mkdir',
    entry('unused', () =>
      import('./change.ts').then(({ makeFolders, parsePaths }) => bound(parsePaths, makeFolders, ({ paths }) => paths))
    )
  ],
  [
    'mv',
    entry('unused', () =>
      import('./move.ts').then(({ move, parseMove }) => bound(parseMove, move, ({ from, to }) => [...from, to]))
    )
  ],
  [
    'rm',
    entry('unused', () =>
      import('./change.ts').then(({ parseRemove, remove }) => bound(parseRemove, remove, ({ paths }) => paths))
    )
  ],
  [
    'restore',
    entry('unused', () => import('./past.ts').then(({ parseRestore, restore }) => bound(parseRestore, restore)))
  ],
  [
    'history',
    entry('unused', () =>
      import('./past.ts').then(({ history, parseHistory }) => bound(parseHistory, history, ({ path }) => [path]))
    )
  ],
  ['conflicts', entry('unused', () => import('./conflicts.ts').then(({ conflicts }) => bound(nothing, conflicts)))],
  [
    'status',
    entry('unused', () => import('./status.ts').then(({ parseStatus, status }) => bound(parseStatus, status)))
  ],
  [
    'verify',
    entry('needed', () => import('./verify.ts').then(({ parseVerify, verify }) => bound(parseVerify, verify)))
  ],
  ['sync', entry('needed', () => import('./sync.ts').then(({ sync }) => bound(nothing, sync)))],
  [
    'relay add',
    entry('needed', () => import('./relays.ts').then(({ addRelay, parseRelayAdd }) => bound(parseRelayAdd, addRelay)))
  ],
  ['relay ls', entry('unused', () => import('./relays.ts').then(({ listRelays }) => bound(nothing, listRelays)))],
  [
    'relay rm',
    entry('needed', () =>
      import('./relays.ts').then(({ parseRelayRemove, removeRelay }) => bound(parseRelayRemove, removeRelay))
    )
  ],
  [
    'relay set',
    entry('needed', () => import('./relays.ts').then(({ parseRelaySet, setRelays }) => bound(parseRelaySet, setRelays)))
  ],
  ['devices', entry('unused', () => import('./devices.ts').then(({ listDevices }) => bound(nothing, listDevices)))],
  [
    'devices revoke',
    entry('needed', () =>
      import('./devices.ts').then(({ parseRevoke, revokeDevice }) => bound(parseRevoke, revokeDevice))
    )
  ],
  [
    'contact',
    entry('unused', () =>
      import('./contact.ts').then(({ contact, parseContact }) => bound(parseContact, contact, () => []))
    )
  ],
  [
    'contact add',
    entry('unused', () =>
      import('./contact.ts').then(({ addContact, parseContactAdd }) => bound(parseContactAdd, addContact))
    )
  ],
  [
    'contact ls',
    entry('unused', () => import('./contact.ts').then(({ listContacts }) => bound(nothing, listContacts, () => [])))
  ],
  [
    'contact rm',
    entry('unused', () =>
      import('./contact.ts').then(({ parseContactName, removeContact }) =>
        bound(parseContactName, removeContact, () => [])
      )
    )
  ],
  [
    'contact block',
    entry('unused', () =>
      import('./contact.ts').then(({ block, parseContactName }) => bound(parseContactName, block(true), () => []))
    )
  ],
  [
    'contact unblock',
    entry('unused', () =>
      import('./contact.ts').then(({ block, parseContactName }) => bound(parseContactName, block(false), () => []))
    )
  ],
  ['say', entry('needed', () => import('./say.ts').then(({ parseSay, say }) => bound(parseSay, say)))],
  ['inbox', entry('needed', () => import('./inbox.ts').then(({ inbox, parseInbox }) => bound(parseInbox, inbox)))],
  [
    'conversations',
    entry('unused', () =>
      import('./conversations.ts').then(({ listConversations }) => bound(nothing, listConversations))
    )
  ],
  [
    'conversations show',
    entry('needed', () =>
      import('./conversations.ts').then(({ parseShow, showConversation }) => bound(parseShow, showConversation))
    )
  ],
  [
    'recovery test',
    entry('needed', () =>
      import('./recovery.ts').then(({ parseRecoveryTest, testRecovery }) => bound(parseRecoveryTest, testRecovery))
    )
  ],
  ['share', entry('needed', () => import('./share.ts').then(({ parseShare, share }) => bound(parseShare, share)))],
  [
    'unshare',
    entry('needed', () => import('./unshare.ts').then(({ parseUnshare, unshare }) => bound(parseUnshare, unshare)))
  ],
  [
    'members',
    entry('unused', () => import('./members.ts').then(({ members, parseMembers }) => bound(parseMembers, members)))
  ],
  [
    'members set',
    entry('needed', () =>
      import('./members.ts').then(({ parseSetRole, setMemberRole }) => bound(parseSetRole, setMemberRole))
    )
  ],
  ['invites', entry('needed', () => import('./invites.ts').then(({ invites }) => bound(nothing, invites)))],
  [
    'accept',
    entry('needed', () => import('./invites.ts').then(({ accept, parseAccept }) => bound(parseAccept, accept)))
  ],
  [
    'decline',
    entry('unused', () => import('./invites.ts').then(({ decline, parseDecline }) => bound(parseDecline, decline)))
  ],
  ['pair', entry('listening', () => import('./pair.ts').then(({ pair, parsePair }) => bound(parsePair, pair)))]
])
