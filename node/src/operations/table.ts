import { add, parseAdd } from './add.ts'
import { cat, parseCat } from './cat.ts'
import { makeFolders, parsePaths, parseRemove, remove } from './change.ts'
import {
  addContact,
  block,
  contact,
  listContacts,
  parseContact,
  parseContactAdd,
  parseContactName,
  removeContact
} from './contact.ts'
import { conflicts } from './conflicts.ts'
import { listConversations, parseShow, showConversation } from './conversations.ts'
import { listDevices, parseRevoke, revokeDevice } from './devices.ts'
import { get, parseGet } from './get.ts'
import { inbox, parseInbox } from './inbox.ts'
import { list, parseList } from './list.ts'
import { move, parseMove } from './move.ts'
import { entry, type OperationEntry } from './operation.ts'
import { pair, parsePair } from './pair.ts'
import { history, parseHistory, parseRestore, restore } from './past.ts'
import { parseRecoveryTest, testRecovery } from './recovery.ts'
import {
  addRelay,
  listRelays,
  parseRelayAdd,
  parseRelayRemove,
  parseRelaySet,
  removeRelay,
  setRelays
} from './relays.ts'
import { parseSay, say } from './say.ts'
import { accept, decline, invites, parseAccept, parseDecline } from './invites.ts'
import { members, parseMembers, parseSetRole, setMemberRole } from './members.ts'
import { parseShare, share } from './share.ts'
import { parseUnshare, unshare } from './unshare.ts'
import { parseStatus, status } from './status.ts'
import { sync } from './sync.ts'
import { parseVerify, verify } from './verify.ts'

/** Every operation by the name it is called by over a control socket. */
export const OPERATIONS: ReadonlyMap<string, OperationEntry> = new Map([
  ['add', entry('unused', parseAdd, add, ({ to }) => [to ?? []])],
  ['ls', entry('unused', parseList, list, ({ path, recursive }) => (recursive ? 'all' : [path]))],
  ['get', entry('needed', parseGet, get)],
  ['cat', entry('needed', parseCat, cat, ({ paths }) => paths)],
  ['mkdir', entry('unused', parsePaths, makeFolders, ({ paths }) => paths)],
  ['mv', entry('unused', parseMove, move, ({ from, to }) => [...from, to])],
  ['rm', entry('unused', parseRemove, remove, ({ paths }) => paths)],
  ['restore', entry('unused', parseRestore, restore)],
  ['history', entry('unused', parseHistory, history, ({ path }) => [path])],
  ['conflicts', entry('unused', nothing, conflicts)],
  ['status', entry('unused', parseStatus, status)],
  ['verify', entry('needed', parseVerify, verify)],
  ['sync', entry('needed', nothing, sync)],
  ['relay add', entry('needed', parseRelayAdd, addRelay)],
  ['relay ls', entry('unused', nothing, listRelays)],
  ['relay rm', entry('needed', parseRelayRemove, removeRelay)],
  ['relay set', entry('needed', parseRelaySet, setRelays)],
  ['devices', entry('unused', nothing, listDevices)],
  ['devices revoke', entry('needed', parseRevoke, revokeDevice)],
  ['contact', entry('unused', parseContact, contact)],
  ['contact add', entry('unused', parseContactAdd, addContact)],
  ['contact ls', entry('unused', nothing, listContacts)],
  ['contact rm', entry('unused', parseContactName, removeContact)],
  ['contact block', entry('unused', parseContactName, block(true))],
  ['contact unblock', entry('unused', parseContactName, block(false))],
  ['say', entry('needed', parseSay, say)],
  ['inbox', entry('needed', parseInbox, inbox)],
  ['conversations', entry('unused', nothing, listConversations)],
  ['conversations show', entry('needed', parseShow, showConversation)],
  ['recovery test', entry('needed', parseRecoveryTest, testRecovery)],
  ['share', entry('needed', parseShare, share)],
  ['unshare', entry('needed', parseUnshare, unshare)],
  ['members', entry('unused', parseMembers, members)],
  ['members set', entry('needed', parseSetRole, setMemberRole)],
  ['invites', entry('needed', nothing, invites)],
  ['accept', entry('needed', parseAccept, accept)],
  ['decline', entry('unused', parseDecline, decline)],
  ['pair', entry('listening', parsePair, pair)]
])

function nothing(): null {
  return null
}
