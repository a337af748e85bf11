import { HoldfastError } from '../../base/errors.ts'
import type { VaultId } from '../../base/ids.ts'
import { INCARNATION_DUE, putAside } from '../../log/aside.ts'
import { listVaults } from '../../log/log-store.ts'
import { isDamage, isWritable, mendLog } from '../../log/mend-log.ts'
import type { LogMending } from '../../log/mend-log.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'
import { putAllAnnounced } from './own-log.ts'

/** What was found damaged in a store and taken out of the way. */
export interface Mended {
  readonly entries: ReadonlyMap<VaultId, number>
  /** Rows that are learnt, fetched or made again. */
  readonly rows: number
}

/** Runs `open`; when that meets damage, mends the store and runs it once more. Throws HOME_DAMAGED when that does not help. */
export async function openMending<T>(
  kv: KvStore,
  open: (again: boolean) => Promise<T>,
  onMended?: (mended: Mended) => void
): Promise<T> {
  try {
    return await open(false)
  } catch (error) {
    if (!isDamage(error)) throw error
    try {
      const mended = await mend(kv)
      onMended?.(mended)
      return await open(true)
    } catch (cause) {
      throw asHomeDamage(cause)
    }
  }
}

export function asHomeDamage(cause: unknown): unknown {
  return isDamage(cause) ? new HoldfastError('HOME_DAMAGED', undefined, { cause }) : cause
}

/**
 * Takes every damaged row out of the way of those who read strictly: entries go aside, bookkeeping is dropped, for it is learnt
 * again. Can be broken off anywhere and begun anew. For a store that nobody else uses yet.
 */
export async function mend(kv: KvStore): Promise<Mended> {
  let rows = await mendBookkeeping(kv)
  const entries = new Map<VaultId, number>()
  for (const vault of await listVaults(kv)) {
    const mending = await mendLog(kv, vault)
    await writeMending(kv, mending)
    if (mending.entries > 0) entries.set(vault, mending.entries)
    rows += mending.changes.length > 0 && mending.entries === 0 ? 1 : 0
  }
  return { entries, rows }
}

export async function writeMending(kv: KvStore, { changes, entries }: LogMending): Promise<void> {
  if (changes.length > 0)
    await kv.write(entries === 0 ? changes : [...changes, { put: INCARNATION_DUE, value: new Uint8Array(0) }])
}

/** All but the logs. Returns how many rows were damaged. */
export async function mendBookkeeping(kv: KvStore): Promise<number> {
  const changes: KvChange[] = []
  let rows = 0
  const onDamaged = (key: string, remains: Uint8Array): void => {
    rows++
    if (isWritable(key)) changes.push(...replaced(key, remains))
  }
  for (const range of [
    { gte: ' ', lt: 'log/' },
    { gte: 'log0', lt: '\x7f' }
  ])
    for await (const _ of kv.range({ ...range, onDamaged })) continue
  if (changes.length > 0) await kv.write(changes)
  return rows
}

function replaced(key: string, remains: Uint8Array): KvChange[] {
  // Taken for unheard, an entry could be written twice; taken for heard, it is only left alone.
  if (key.startsWith('sync-announced/')) return [putAllAnnounced(key)]
  // An edit nobody else has: of no use to this program as it is, perhaps to a person.
  if (key.startsWith('sync-withdrawn/')) return [putAside(key, { entry: null, whole: false }, remains), { del: key }]
  if (key === INCARNATION_DUE) return [{ put: key, value: new Uint8Array(0) }]
  return [{ del: key }]
}

/**
 * A store of which only what could be read is left: rows may be gone without a trace, or old ones be back, so what this home
 * had told to others is not known any more. `salvaged` is called when that is dealt with.
 */
export async function mendSalvaged(kv: KvStore, salvaged: () => Promise<void>): Promise<void> {
  const changes: KvChange[] = [{ put: INCARNATION_DUE, value: new Uint8Array(0) }]
  await mend(kv)
  for await (const [key] of kv.range({ gte: 'sync-announced/', lt: 'sync-announced0' }))
    changes.push(putAllAnnounced(key))
  await kv.write(changes)
  await salvaged()
}
