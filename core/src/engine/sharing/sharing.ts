import { equalBytes } from '../../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import { outranks } from '../../log/membership.ts'
import type { AccountId, FileId } from '../../base/ids.ts'
import type { Intent } from '../../index/edits.ts'
import type { Node } from '../../index/listing.ts'
import { accountIdOf } from '../../log/genesis.ts'
import type { VaultKind } from '../../log/genesis.ts'
import type { Role } from '../../log/statement.ts'
import type { Contact } from '../../vault/contacts.ts'
import { ownNameIntent } from '../../vault/contacts.ts'
import { genesisBytes } from '../../vault/first-entry.ts'
import { floorOf } from '../../vault/floors.ts'
import { foundingStatements, foundVault, memberStatements, ownChain, statementParts } from '../../vault/found.ts'
import type { NewMember } from '../../vault/found.ts'
import { boundedFloor } from '../../vault/invites.ts'
import { linkFile, linkFolder } from '../../vault/link.ts'
import type { LinkReport } from '../../vault/link.ts'
import { genesisOf, mountNode } from '../../vault/mounts.ts'
import { assertMayWrite } from '../../vault/may-write.ts'
import type { Mount, MountRecord } from '../../vault/mounts.ts'
import { folderAt, splitPath } from '../../vault/paths.ts'
import { mountIntents, replaceByMount } from '../../vault/share.ts'
import type { IsLinked } from '../../vault/share.ts'
import type { Vault } from '../../vault/vault.ts'
import { waitingUnpins } from '../../vault/void-unpins.ts'
import { ownUserName, wordsWith } from '../account/contacts.ts'
import type { Engine } from '../engine.ts'
import { noteFounded, noteFounding } from './foundings.ts'
import { statementsOf } from './look-up.ts'
import type { OutboxItem } from '../mail/mail-outbox.ts'
import { REPAIR_AFTER_MS } from '../relays/relay-defaults.ts'

export interface FoundMountedOptions {
  readonly kind: Exclude<VaultKind, 'account'>
  /** Index documents: 16 for a folder tree, 1 for a conversation. */
  readonly documents: number
  /** Path of the mount in the personal vault: its folders are made where they are missing, nothing may stand there. */
  readonly at: readonly string[]
  readonly members?: readonly NewMember[]
  /** Fills the vault before it is mounted; returns the one file that is to be shown, if it is one. */
  readonly fill?: (vault: Vault) => Promise<FileId | null>
}

/**
 * A new vault of this account, mounted in the personal one: genesis, then statements, members and relays, then the first
 * epoch. Its relays are those of the account; they host it as soon as they are met. Throws EXISTS, NAME_NOT_ALLOWED, WRITES_HELD.
 */
export async function foundMounted(engine: Engine, options: FoundMountedOptions): Promise<Vault> {
  const { personal, home } = engine
  const { folder, name } = splitPath(options.at)
  if (personal.index.tree.resolve(options.at) !== undefined) throw new HoldfastError('EXISTS')
  if (folder.length > 0 && personal.index.tree.resolve(folder)?.kind !== 'folder') await personal.makeFolder(folder)
  const { vault, record } = await found(engine, options)
  await personal.edit(() => {
    const { tree } = personal.index
    if (tree.resolve(options.at) !== undefined) throw new HoldfastError('EXISTS')
    return mountIntents(mountNode(vault.id), { parent: folderAt(tree, folder), name }, record, home.clock.nowMs())
  })
  await noteFounded(home.kv, vault.id)
  await engine.settled()
  return vault
}

export interface Shared {
  readonly vault: Vault
  readonly mount: Mount
  /** Of what was linked; undefined where it was shared before. */
  readonly linked: LinkReport | undefined
}

/**
 * The vault that a folder or file is shared through: the one it is already, or a new one that is filled with links and takes
 * its place. Throws NOT_FOUND, USAGE for the root, INSIDE_SHARE.
 */
export async function sharedAt(
  engine: Engine,
  path: readonly string[],
  onProgress?: (files: number) => void
): Promise<Shared> {
  if (path.length === 0) throw new HoldfastError('USAGE', 'the root cannot be shared')
  const there = shareAt(engine, path)
  if (there !== undefined) return { ...there, linked: undefined }
  const { personal, home } = engine
  const old = personal.index.tree.resolve(path)
  if (old === undefined) throw new HoldfastError('NOT_FOUND')
  assertHoldsNoMount(engine, old)
  let linked = undefined as LinkReport | undefined
  const options = onProgress === undefined ? {} : { onProgress }
  const { vault, record } = await found(engine, {
    kind: 'folder',
    documents: DOCUMENTS,
    async fill(target) {
      linked = await (old.kind === 'folder'
        ? linkFolder(personal, old.id, target, options)
        : linkFile(personal, old, target, options))
      return linked.root
    }
  })
  const node = mountNode(vault.id)
  await personal.edit(() => {
    const now = personal.index.tree.node(old.id)
    if (now === undefined) throw new HoldfastError('NOT_FOUND')
    return replaceByMount(personal.index.tree, now, node, record, linkedIn(vault), home.clock.nowMs())
  })
  await noteFounded(home.kv, vault.id)
  await engine.settled()
  const mount = engine.mounts().find((one) => one.node === node)
  if (mount === undefined) throw new HoldfastError('INTERNAL', 'a share that is not mounted')
  return { vault, mount, linked }
}

/** What is shared at exactly this path. Throws INSIDE_SHARE for what lies in a shared folder, NOT_HERE for one that is not open. */
export function shareAt(engine: Engine, path: readonly string[]): { vault: Vault; mount: Mount } | undefined {
  const { vault, mount, mountPath } = engine.place(path)
  if (mount === undefined) return undefined
  if (mountPath.length !== path.length) throw new HoldfastError('INSIDE_SHARE')
  return { vault, mount }
}

/**
 * Lets somebody into a vault and sends them the invitation. Only to people who were verified: whoever gets keys must be who they are
 * taken for. Throws NOT_VERIFIED with the words to compare, BLOCKED, MAY_ONLY_READ for a reader, NOT_A_MEMBER for a writer, ALREADY_MEMBER.
 */
export async function invite(
  engine: Engine,
  vault: Vault,
  contact: Contact,
  role: Role,
  name: string,
  file: FileId | null
): Promise<void> {
  assertMayInvite(engine, contact)
  const { account, root, recovery, chain } = contact.card
  const membership = vault.replica.log.membership()
  assertMayWrite(vault.replica, engine.home.secrets.device)
  if (membership.accounts.get(engine.home.state.account)?.role !== 'owner')
    throw new HoldfastError('NOT_A_MEMBER', 'Only an owner of what is shared lets others in.')
  const isMember = membership.accounts.has(account)
  if (!isMember) {
    await letIn(vault, { root, recovery, role, statements: await statementsOf(engine, contact.card) }, chain)
    await nameAccounts(engine, vault, [contact])
  }
  await reachOwnRelays(engine, vault)
  if (!isMember || !hasShownUp(vault, account)) {
    const { relays } = vault.replica.log.membership()
    const floor = boundedFloor(floorOf(vault.replica.log))
    const invitation = { genesis: await genesisBytes(vault.replica), name, file, role, relays, floor }
    await takeBackInvitations(engine, vault, account)
    await engine.mail.send(contact.card, { kind: 'invitation', invitation })
  }
  if (isMember) throw new HoldfastError('ALREADY_MEMBER')
}

/** Should something that a relay told of the devices not fit in here, the card's own chain does. */
async function letIn(vault: Vault, member: NewMember, chain: NewMember['statements']): Promise<void> {
  try {
    for (const part of statementParts(memberStatements(member))) await vault.state(part)
  } catch (error) {
    if (!isHoldfastError(error) || vault.replica.log.membership().accounts.has(accountIdOf(member.root))) throw error
    await vault.state(memberStatements({ ...member, statements: chain }))
  }
  await vault.ensureEpoch()
}

/** Throws what `invite` throws before anything is written. */
export function assertMayInvite(engine: Engine, contact: Contact): void {
  if (contact.blocked) throw new HoldfastError('BLOCKED')
  if (contact.card.account === engine.home.state.account) throw new HoldfastError('OWN_CARD')
  if (!contact.verified) {
    const words = wordsWith(engine, contact.card).join(' ')
    throw new HoldfastError('NOT_VERIFIED', `Both of you should see these words: ${words}`)
  }
}

/** Takes somebody out and begins a new epoch for those who stay; what they gave up and has not taken effect is void. Nothing is sealed again. Throws NOT_SHARED, NOT_A_MEMBER, FOUNDER_STAYS, LAST_OWNER. */
export async function removeMember(vault: Vault, account: AccountId): Promise<void> {
  const { log } = vault.replica
  const { accounts, founder } = log.membership()
  if (!accounts.has(account)) throw new HoldfastError('NOT_SHARED', 'This person has no access.')
  if (account === founder) throw new HoldfastError('FOUNDER_STAYS')
  assertRank(vault, account)
  assertOwnerStays(vault, account)
  const devices = new Set(accounts.get(account)!.devices.keys())
  await vault.state([{ kind: 'remove', account, voidUnpinsFrom: waitingUnpins([log], devices) }])
  await vault.ensureEpoch()
}

/** Throws FOUNDER_STAYS, OWNER_BEFORE_YOU, LAST_OWNER, NOT_A_MEMBER, NOT_SHARED. */
export async function setRole(vault: Vault, account: AccountId, role: Role): Promise<void> {
  const { accounts, founder } = vault.replica.log.membership()
  const member = accounts.get(account)
  if (member === undefined) throw new HoldfastError('NOT_SHARED', 'This person has no access.')
  if (member.role === role) return
  if (account === founder) throw new HoldfastError('FOUNDER_STAYS')
  assertRank(vault, account)
  if (role !== 'owner') assertOwnerStays(vault, account)
  await vault.state([{ kind: 'role', account, role }])
}

/** Among owners who became one earlier cannot be touched by who became one later: the log counts no such statement. */
function assertRank(vault: Vault, account: AccountId): void {
  const membership = vault.replica.log.membership()
  const own = membership.accountOf(vault.ownDevice)
  if (
    own !== undefined &&
    account !== own &&
    membership.accounts.get(own)?.role === 'owner' &&
    outranks(membership, account, own)
  )
    throw new HoldfastError('OWNER_BEFORE_YOU')
}

/** Those that no relay of theirs has yet reach none any more. */
export async function takeBackInvitations(engine: Engine, vault: Vault, account: AccountId): Promise<void> {
  for (const { id } of await invitationsOut(engine, vault, account)) await engine.mail.cancel(id)
}

/** Invitations that not every relay of theirs has yet. */
export async function invitationsOut(engine: Engine, vault: Vault, account: AccountId): Promise<OutboxItem[]> {
  const all = await engine.mail.waiting()
  return all.filter(
    ({ to, content }) =>
      to.account === account &&
      content.kind === 'invitation' &&
      genesisOf(content.invitation.genesis).vault === vault.id
  )
}

/** Whether an object is brought by the vault, so that it need not stay where it was linked from. */
export function linkedIn(vault: Vault): IsLinked {
  return (object) => vault.replica.log.pins().recordOf(object) !== undefined
}

/** Whether this account made the vault, so that its relays may be asked to host it. */
export function isOwnVault(engine: Engine, vault: Vault): boolean {
  return accountIdOf(vault.replica.log.genesis.root) === engine.home.state.account
}

/** Enough that no single one grows slow at 100,000 files. */
const DOCUMENTS = 16

async function found(
  engine: Engine,
  options: Omit<FoundMountedOptions, 'at'>
): Promise<{ vault: Vault; record: MountRecord }> {
  const { accountVault, author, home } = engine
  const { account, root, recovery } = home.state
  await engine.personal.ensureEpoch() // whoever may not write there yet must not begin
  const chain = ownChain(accountVault.log, home.secrets.device)
  const { kind, documents, members = [] } = options
  const bytes = await foundVault({ account, root, recovery, author, chain, kind, documents, random: home.random })
  const genesis = { header: bytes.header, signature: bytes.signature }
  const { vault: id } = genesisOf(genesis)
  await noteFounding(home.kv, id)
  const own = engine.personal.replica.log.membership()
  const { relays } = own
  const record = { genesis, file: null, relays, floor: null, inviter: null }
  const vault = await engine.openMount({ ...record, node: mountNode(id), vault: id, kind })
  const statements = foundingStatements({
    accountLog: accountVault.log,
    members,
    relays,
    copies: relays.length === 0 ? 0 : own.copies,
    repairAfterMs: relays.length === 0 ? REPAIR_AFTER_MS : own.repairAfterMs
  })
  for (const part of statementParts(statements)) await vault.state(part)
  await vault.ensureEpoch()
  await nameAccounts(engine, vault, [])
  if (kind === 'folder') await vault.nameDevice(home.secrets.device, home.settings.name)
  const file = (await options.fill?.(vault)) ?? null
  return { vault, record: { ...record, file } }
}

/** What the members of a folder are called, as whoever let them in knows them. In conversations names stand elsewhere. */
async function nameAccounts(engine: Engine, vault: Vault, others: readonly Contact[]): Promise<void> {
  if (vault.replica.log.genesis.kind !== 'folder') return
  const intents: Intent[] = [
    ownNameIntent(engine.home.state.account, ownUserName(engine)),
    ...others.map(({ card, name }) => ownNameIntent(card.account, name))
  ]
  const known = (intent: Intent): boolean => {
    const file = intent.key.slice(2, 34) as FileId
    const held = vault.index.extra(file, 'name')
    return held !== undefined && equalBytes(held, intent.value!)
  }
  await vault.edit(() => intents.filter((intent) => !known(intent)))
}

/** Before somebody is invited, a relay should have what they are invited to: as far as one can be reached now. */
async function reachOwnRelays(engine: Engine, vault: Vault): Promise<void> {
  if (!engine.isOnline) return
  await engine.sharing.host(vault)
  await engine.settleWithRelays().catch((error: unknown) => {
    if (!isHoldfastError(error)) throw error
  })
}

function hasShownUp({ replica }: Vault, account: AccountId): boolean {
  const devices = replica.log.membership().accounts.get(account)?.devices.keys() ?? []
  return [...devices].some((device) => replica.statementHeads(device).length > 0)
}

function assertHoldsNoMount(engine: Engine, node: Node): void {
  if (node.kind !== 'folder') return
  const mounts = new Set(engine.mounts().map((mount) => mount.node))
  for (const below of engine.personal.index.tree.walk(node.id))
    if (mounts.has(below.node.id)) throw new HoldfastError('INSIDE_SHARE')
}

function assertOwnerStays(vault: Vault, leaving: AccountId): void {
  const { accounts } = vault.replica.log.membership()
  const owners = [...accounts].filter(([account, { role }]) => role === 'owner' && account !== leaving)
  if (accounts.get(leaving)?.role === 'owner' && owners.length === 0) throw new HoldfastError('LAST_OWNER')
}
