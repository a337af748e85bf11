import { HoldfastError, isHoldfastError } from '@holdfast/core/base/errors'
import { contentKey, placeKey } from '@holdfast/core/index/keys'
import { encodeContent, encodePlace } from '@holdfast/core/index/records'
import type { Mount } from '@holdfast/core/vault/mounts'
import { linkFile, linkFolder } from '@holdfast/core/vault/link'
import type { Vault } from '@holdfast/core/vault/vault'
import type { Engine } from './engine.ts'
import { unmountIntents } from './invitations.ts'

export interface Left {
  /** It was nobody else's any more, so it is a folder (or file) of one's own again. */
  readonly kept: boolean
  /** One founded it, so that one stays among its members for the others. */
  readonly listed: boolean
}

/**
 * Gives up what is shared at a mount. Whoever is the only member left keeps it all as a folder of one's own; everybody else says in
 * the vault that they leave, as far as they may write there. Throws LAST_OWNER.
 */
export async function leave(engine: Engine, vault: Vault, mount: Mount): Promise<Left> {
  const { account } = engine.home.state
  const { accounts, founder } = vault.replica.log.membership()
  const isAlone = accounts.size === 1 && accounts.has(account)
  if (isAlone) await bringBack(engine, vault, mount)
  else {
    const others = [...accounts].filter(([id, { role }]) => id !== account && role === 'owner')
    if (accounts.get(account)?.role === 'owner' && others.length === 0) throw new HoldfastError('LAST_OWNER')
    if (accounts.has(account) && account !== founder) await sayGoodbye(engine, vault)
  }
  await engine.personal.edit(() => unmountIntents(engine, mount.node))
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

async function bringBack(engine: Engine, vault: Vault, mount: Mount): Promise<void> {
  const { personal, home } = engine
  const place = personal.index.tree.node(mount.node)
  if (place === undefined) throw new HoldfastError('NOT_FOUND')
  const at = { parent: place.folder, name: place.name }
  if (mount.file !== null) {
    const file = vault.index.tree.node(mount.file)
    if (file !== undefined && file.kind !== 'folder')
      await linkFile(vault, { ...file, name: at.name }, personal, { into: at.parent })
    return
  }
  const folder = personal.newFileId()
  // Its name is free as soon as the mount is gone.
  await personal.edit(() => [
    { key: placeKey(folder), value: encodePlace(at) },
    { key: contentKey(folder), value: encodeContent({ kind: 'folder', mtimeMs: home.clock.nowMs() }) }
  ])
  await linkFolder(vault, null, personal, { into: folder })
}
