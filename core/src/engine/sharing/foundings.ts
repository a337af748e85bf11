import { idFromHex } from '../../base/ids.ts'
import type { VaultId } from '../../base/ids.ts'
import type { KvStore } from '../../ports/kv-store.ts'
import type { Engine } from '../engine.ts'

/** This device is about to make a vault, and to mount it. Durable when it resolves. */
export function noteFounding(kv: KvStore, vault: VaultId): Promise<void> {
  return kv.write([{ put: PREFIX + vault, value: new Uint8Array([1]) }])
}

/** The personal vault shows it. */
export function noteFounded(kv: KvStore, vault: VaultId): Promise<void> {
  return kv.write([{ del: PREFIX + vault }])
}

/**
 * Vaults whose founding was cut short before they were mounted are nobody's: no relay or device is told of them, so that none
 * hosts them. All they link is pinned where it was linked from. Nothing is deleted: should the mount be known elsewhere, because
 * this home was put back from a copy, the vault is shown again when that arrives.
 */
export async function hideAbandoned({
  home,
  mounts
}: Pick<Engine, 'home'> & { mounts: readonly { vault: VaultId }[] }): Promise<void> {
  const { kv, replica } = home
  const found: VaultId[] = []
  for await (const [key] of kv.range({ gte: PREFIX, lt: AFTER, onDamaged: (bad) => found.push(idOf(bad)) }))
    found.push(idOf(key))
  for (const id of found) {
    const vault = replica.vault(id)
    if (vault === undefined || mounts.some((mount) => mount.vault === id)) await noteFounded(kv, id)
    else vault.hide()
  }
}

function idOf(key: string): VaultId {
  return idFromHex<VaultId>(key.slice(PREFIX.length))
}

const PREFIX = 'founding/'
const AFTER = 'founding0'
