import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import { isAllowed } from '../../index/names.ts'
import type { Contact } from '../../vault/contacts.ts'
import { sourceOfBytes } from '../../vault/content-source.ts'
import { encodeMetadata, metadataText } from '../../vault/conversation-metadata.ts'
import { isNameTaken, lastMessages, newestSecond } from '../../vault/conversation-messages.ts'
import { ATTACHMENTS_NAME, defaultTitle, freeName, messageName, METADATA_NAME } from '../../vault/conversation-names.ts'
import { conversationPath } from '../../vault/conversation-place.ts'
import { encodeMessage } from '../../vault/conversation-text.ts'
import { CONVERSATIONS, fixedFolder } from '../../vault/fixed-folders.ts'
import { linkFile } from '../../vault/link.ts'
import { Mutex } from '../../vault/mutex.ts'
import type { Vault } from '../../vault/vault.ts'
import type { AddItem } from '../../vault/write.ts'
import { ownUserName } from '../account/contacts.ts'
import { conversationsOf, conversationWith, metadataOf } from './conversation-list.ts'
import type { Conversation } from './conversation-list.ts'
import type { Engine } from '../engine.ts'
import { foundMounted, invite } from '../sharing/sharing.ts'

/**
 * The conversation with a contact; the first time it is founded, the contact added as a writer and invited. Founding that was
 * broken off is taken up again. Throws NOT_VERIFIED.
 */
export function openConversation(
  engine: Engine,
  contact: Contact
): Promise<{ conversation: Conversation; founded: boolean }> {
  return lockOf(engine).run(async () => {
    const there = conversationWith(engine, contact.card.account)
    if (there !== undefined) return { conversation: there, founded: false }
    if (!contact.verified) throw new HoldfastError('NOT_VERIFIED')
    const begun = await brokenOff(engine, contact)
    const conversation = begun ?? (await found(engine, contact))
    await invite(engine, conversation.open, contact, 'writer', conversation.path.at(-1)!, null)
    return { conversation: { ...conversation, members: membersOf(conversation.open) }, founded: true }
  })
}

/**
 * Writes a message, with files of this account's vaults linked into the conversation: nothing of them is sealed or uploaded
 * again. Durable when it resolves to the message's name. Throws NOT_FOUND, IS_A_FOLDER, TOO_LARGE, WRITES_HELD, NOT_A_MEMBER.
 */
export function writeMessage(
  engine: Engine,
  { open }: Conversation,
  { text, attach }: { text: string; attach: readonly (readonly string[])[] }
): Promise<string> {
  return lockOf(open).run(async () => {
    encodeMessage({ text, attachments: attach.map((path) => path.at(-1) ?? '') }) // before anything is linked
    const attachments: string[] = []
    for (const path of attach) attachments.push(await linkAttachment(engine, open, path))
    const bytes = encodeMessage({ text, attachments })
    const nowMs = engine.home.clock.nowMs()
    const { index } = open
    const name = messageName(nowMs, ownUserName(engine), {
      newest: newestSecond(index),
      isTaken: (taken) => isNameTaken(index, taken)
    })
    await addAll(open, [fileOf(name, bytes, nowMs)])
    return name
  })
}

async function found(engine: Engine, contact: Contact): Promise<Conversation> {
  const nowMs = engine.home.clock.nowMs()
  const own = ownUserName(engine)
  const title = defaultTitle(nowMs, [own, contact.name])
  await engine.personal.edit(() => fixedFolder(engine.personal.index.tree, CONVERSATIONS))
  const path = conversationPath(engine.personal.index.tree, title)
  const members = [
    { account: engine.home.state.account, name: metadataText(own) },
    { account: contact.card.account, name: metadataText(contact.name) }
  ]
  const metadata = encodeMetadata({ title: metadataText(title), members, headers: new Map() })
  const open = await foundMounted(engine, {
    kind: 'conversation',
    documents: 1,
    at: path,
    async fill(vault) {
      await addAll(vault, [
        { kind: 'folder', path: [ATTACHMENTS_NAME], mtimeMs: nowMs },
        fileOf(METADATA_NAME, metadata, nowMs)
      ])
      return null
    }
  })
  return { vault: open.id, open, path, members: membersOf(open), wait: engine.home.wait }
}

/** Founded for this contact, who was never added: the process ended in between. */
async function brokenOff(engine: Engine, { card }: Contact): Promise<Conversation | undefined> {
  for (const conversation of conversationsOf(engine)) {
    if (conversation.members.join() !== engine.home.state.account) continue
    if (lastMessages(conversation.open.index, { last: 1 }).length > 0) continue
    const metadata = await metadataOf(conversation)
    if (metadata?.members.length === 2 && metadata.members.some(({ account }) => account === card.account))
      return conversation
  }
  return undefined
}

/** Returns its name in the folder of attachments. */
async function linkAttachment(engine: Engine, target: Vault, path: readonly string[]): Promise<string> {
  const { vault, path: within } = engine.place(path)
  const node = vault.index.tree.resolve(within)
  if (node === undefined) throw new HoldfastError('NOT_FOUND', `Nothing is at /${path.join('/')}.`)
  if (node.kind === 'folder') throw new HoldfastError('IS_A_FOLDER')
  const { tree } = target.index
  const folder = await attachmentsFolder(target)
  const safe = node.name.replace(/[<>]/g, '_')
  const name = freeName(isAllowed(safe) ? safe : 'attachment', (taken) => tree.resolveIn(folder, taken) !== undefined)
  const { failed } = await linkFile(vault, node, target, { place: { parent: folder, name } })
  if (failed[0] !== undefined) throw new HoldfastError(failed[0].code)
  return name
}

async function attachmentsFolder(target: Vault): Promise<NonNullable<ReturnType<typeof folderIn>>> {
  if (folderIn(target) === undefined)
    await target.makeFolder([ATTACHMENTS_NAME]).catch((error: unknown) => {
      if (!isHoldfastError(error, 'EXISTS')) throw error
    })
  const folder = folderIn(target)
  if (folder === undefined) throw new HoldfastError('NOT_A_FOLDER')
  return folder
}

function folderIn({ index }: Vault) {
  const node = index.tree.resolveIn(null, ATTACHMENTS_NAME)
  return node?.kind === 'folder' ? node.id : undefined
}

function fileOf(name: string, bytes: Uint8Array, mtimeMs: number): AddItem {
  return {
    kind: 'file',
    path: [name],
    executable: false,
    mtimeMs,
    sizeBytes: bytes.length,
    content: sourceOfBytes(bytes)
  }
}

async function addAll(vault: Vault, items: readonly AddItem[]): Promise<void> {
  const { failed } = await vault.addTree(each(items), [], { asNew: true })
  if (failed[0] !== undefined) throw new HoldfastError(failed[0].code)
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

function membersOf({ replica }: Vault): Conversation['members'] {
  return [...replica.log.membership().accounts.keys()]
}

/** Two messages at once must not take one name, nor two first ones found two conversations. */
const locks = new WeakMap<object, Mutex>()

function lockOf(owner: object): Mutex {
  const lock = locks.get(owner) ?? new Mutex()
  locks.set(owner, lock)
  return lock
}
