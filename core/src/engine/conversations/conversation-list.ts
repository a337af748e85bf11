import { concat } from '../../base/bytes.ts'
import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { AccountId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import { nameKey } from '../../index/names.ts'
import { conversationOf } from '../../vault/conversation-choice.ts'
import type { Candidate } from '../../vault/conversation-choice.ts'
import { decodeMetadata } from '../../vault/conversation-metadata.ts'
import type { Metadata } from '../../vault/conversation-metadata.ts'
import { METADATA_NAME } from '../../vault/conversation-names.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Wait } from '../../ports/wait.ts'
import type { Engine } from '../engine.ts'
import { within } from '../later.ts'

/** A conversation of this account: a vault that is mounted and open. */
export interface Conversation extends Candidate {
  readonly open: Vault
  /** Where it is mounted. */
  readonly path: readonly string[]
  readonly wait: Wait
}

/** In the order of their paths. */
export function conversationsOf(engine: Engine): Conversation[] {
  const found = engine.mounts().flatMap((mount): Conversation[] => {
    const open = mount.kind === 'conversation' ? engine.vaultOf(mount.vault) : undefined
    const path = engine.personal.index.tree.pathOf(mount.node)
    if (open === undefined || path === undefined) return []
    const members = [...open.replica.log.membership().accounts.keys()]
    return [{ vault: mount.vault, open, path, members, wait: engine.home.wait }]
  })
  return found.sort((a, b) => (a.path.join('\0') < b.path.join('\0') ? -1 : 1))
}

/** The one that messages to an account go to. */
export function conversationWith(engine: Engine, account: AccountId): Conversation | undefined {
  return conversationOf(conversationsOf(engine), engine.home.state.account, account)
}

/**
 * By its path, the name of its folder, the first eight or more digits of its vault's id, or, where `byTitle`, its title, for
 * which each one's metadata is read; undefined when there is none. Throws AMBIGUOUS_NAME.
 */
export async function findConversation(
  engine: Engine,
  text: string,
  byTitle = true
): Promise<Conversation | undefined> {
  const all = conversationsOf(engine)
  const path = text.split('/').filter((name) => name !== '')
  const at = text.startsWith('/') ? all.filter((one) => one.path.join('/') === path.join('/')) : []
  if (at[0] !== undefined) return at[0]
  const byName = all.filter((one) => nameKey(one.path.at(-1)!) === nameKey(text))
  if (byName[0] !== undefined) return only(byName)
  const byId = /^[0-9a-f]{8,64}$/.test(text) ? all.filter(({ vault }) => vault.startsWith(text)) : []
  if (byId[0] !== undefined) return only(byId)
  if (!byTitle) return undefined
  const titles = await Promise.all(all.map((one) => titleOf(one)))
  return only(all.filter((_, i) => nameKey(titles[i]!) === nameKey(text)))
}

/** What its members called it, or, while that is not here or cannot be read, the name of its folder. Hostile text. */
export async function titleOf(conversation: Conversation): Promise<string> {
  return (await metadataOf(conversation))?.title ?? conversation.path.at(-1)!
}

/** Undefined when there is none that can be read now. Nobody is waited for long. */
export async function metadataOf({ open, wait }: Conversation): Promise<Metadata | undefined> {
  const content = open.index.tree.resolveIn(null, METADATA_NAME)?.content
  if (content === undefined || content.kind === 'folder' || content.size > LIMITS.metadataBytes) return undefined
  try {
    return await within(wait, METADATA_MS, async (signal) => {
      const pieces: Uint8Array[] = []
      for await (const piece of open.read(content, undefined, { signal })) pieces.push(piece.slice())
      return decodeMetadata(concat(...pieces))
    })
  } catch (error) {
    if (isHoldfastError(error)) return undefined
    throw error
  }
}

function only(found: readonly Conversation[]): Conversation | undefined {
  if (found.length > 1) throw new HoldfastError('AMBIGUOUS_NAME')
  return found[0]
}

const METADATA_MS = 2000
