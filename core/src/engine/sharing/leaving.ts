import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { FileId } from '../../base/ids.ts'
import type { Intent } from '../../index/edits.ts'
import { contentKey, placeKey } from '../../index/keys.ts'
import type { Node } from '../../index/listing.ts'
import { withSuffix } from '../../index/names.ts'
import { encodeContent, encodePlace } from '../../index/records.ts'
import type { Place } from '../../index/records.ts'
import type { Mount } from '../../vault/mounts.ts'
import { broughtBackId, linkFolder } from '../../vault/link.ts'
import type { Vault } from '../../vault/vault.ts'
import { besideIn } from '../beside.ts'
import type { Engine } from '../engine.ts'
import { unmountIntents } from './invitations.ts'

export interface Left {
  /** It was nobody else's any more, so it is a folder (or file) of one's own again. */
  readonly kept: boolean
  /** One founded it, so that one stays among its members for the others. */
  readonly listed: boolean
}

/**
 * Gives up what is shared at a mount. Whoever is the only member left keeps it all as a folder of one's own; everybody else says in
 * the vault that they leave, as far as they may write there. Throws LAST_OWNER, and NOT_HERE where not all of what would be kept has arrived.
 */
export async function leave(engine: Engine, vault: Vault, mount: Mount): Promise<Left> {
  const { account } = engine.home.state
  const { accounts, founder } = vault.replica.log.membership()
  const isAlone = accounts.size === 1 && accounts.has(account)
  let kept: Intent[] = []
  if (isAlone) kept = await bringBack(engine, vault, mount)
  else {
    const others = [...accounts].filter(([id, { role }]) => id !== account && role === 'owner')
    if (accounts.get(account)?.role === 'owner' && others.length === 0) throw new HoldfastError('LAST_OWNER')
    if (accounts.has(account) && account !== founder) await sayGoodbye(engine, vault)
  }
  await engine.personal.edit(() => [...unmountIntents(engine, mount.node), ...kept])
  return { kept: isAlone, listed: !isAlone && account === founder }
}

/** Everybody who can be reached now and is a relay of the vault has what is here of it. Never rejects. */
export async function reachRelays(engine: Engine, vault: Vault): Promise<boolean> {
  if (!engine.isOnline) return false
  const { network } = engine
  await engine.sharing.host(vault)
  await network.attemptAll()
  const membership = vault.replica.log.membership()
  const sessions = network.sessionsWith().filter(({ peer }) => membership.isRelay(peer))
  const outcomes = await Promise.allSettled(sessions.map((session) => session.idle()))
  return outcomes.some(({ status }) => status === 'fulfilled')
}

async function sayGoodbye(engine: Engine, vault: Vault): Promise<void> {
  try {
    await vault.state([{ kind: 'remove', account: engine.home.state.account, voidUnpinsFrom: [] }])
    await reachRelays(engine, vault)
  } catch (error) {
    // Whoever was removed meanwhile, or has not caught up, leaves without a word.
    if (!isHoldfastError(error)) throw error
  }
}

/**
 * All of it or an error, and then it stays mounted. What a try that was broken off has brought is not brought twice. Returns what
 * gives it the name of the mount, to be written when that goes.
 */
async function bringBack(engine: Engine, vault: Vault, mount: Mount): Promise<Intent[]> {
  const { personal, home } = engine
  const node = personal.index.tree.node(mount.node)
  if (node === undefined) throw new HoldfastError('NOT_FOUND')
  assertAllHere(vault, mount)
  const at = { parent: node.folder, name: node.name }
  // Until then the mount is found under it.
  const meanwhile = withSuffix(node.name, ' (2)')
  const file = mount.file === null ? undefined : vault.index.tree.node(mount.file)
  const folder = broughtBackId(vault.id, mount.node, null)
  const isThere = (): boolean => personal.index.tree.node(folder) !== undefined
  if (mount.file === null) {
    const made = makeFolderIntents(folder, { ...at, name: meanwhile }, home.clock.nowMs())
    await personal.edit(() => (isThere() ? [] : made))
  }
  const names = namesBeside(engine, mount, at.parent)
  const { failed } = await linkFolder(vault, null, personal, {
    into: mount.file === null ? folder : at.parent,
    idOf: (one) => idOf(vault, one),
    nameOf: (one) => (one.id === file?.id ? meanwhile : (names.get(one.id) ?? one.name))
  })
  if (failed[0] !== undefined) throw new HoldfastError(failed[0].code)
  const named = mount.file === null ? folder : file === undefined ? undefined : idOf(vault, file)
  return named === undefined ? [] : [{ key: placeKey(named), value: encodePlace(at) }]
}

function idOf(vault: Vault, { id, content }: Node): FileId {
  return broughtBackId(vault.id, id, content === undefined || content.kind === 'folder' ? null : content.object)
}

function makeFolderIntents(folder: FileId, place: Place, mtimeMs: number): Intent[] {
  return [
    { key: placeKey(folder), value: encodePlace(place) },
    { key: contentKey(folder), value: encodeContent({ kind: 'folder', mtimeMs }) }
  ]
}

/** A single shared file is not alone in its vault: the other content of a conflict is shown beside it. */
function namesBeside(engine: Engine, mount: Mount, parent: FileId | null): Map<FileId, string> {
  const beside = besideIn(engine, parent).filter((one) => one.mount.node === mount.node)
  return new Map(beside.map(({ node, name }) => [node.id, name]))
}

/** Before anything is written. Throws NOT_HERE. */
function assertAllHere(vault: Vault, { file }: Mount): void {
  const { tree } = vault.index
  const isKnown = vault.replica.log.epochs().length > 0 && (file === null || tree.state(file) !== undefined)
  if (!isKnown) throw new HoldfastError('NOT_HERE')
  for (const { node } of tree.walk(null))
    if (node.content !== undefined && node.content.kind !== 'folder') vault.recordOf(node.content)
}
