import { asArray, asId, asUint, asVersion, decode, encode, idValue } from '../../base/codec.ts'
import { OBJECT_ID_BYTES, idFromHex } from '../../base/ids.ts'
import type { AccountId, BlobId, DeviceId, ObjectId, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { KvChange, KvStore } from '../../ports/kv-store.ts'

/** One upload announced by a device and not yet finished. `blobs` are what it holds here, with their sizes. */
export interface Intent {
  readonly vault: VaultId
  readonly account: AccountId
  readonly object: ObjectId
  device: DeviceId
  /** Charged to the account. */
  announcedBytes: number
  heldBytes: number
  /** Day seen of its last byte. */
  lastDay: number
  readonly blobs: Map<BlobId, number>
  /** Rows of held blobs written so far: their keys end in 0 … rows − 1. */
  rows: number
}

export type IntentKey = string & { readonly __key: 'intent' }

export function intentKey(vault: VaultId, account: AccountId, object: ObjectId): IntentKey {
  return `${vault}/${account}/${object}` as IntentKey
}

export function putIntent(intent: Intent): KvChange {
  return {
    put: OPEN + keyOf(intent),
    value: encode([1, idValue(intent.device), intent.announcedBytes, intent.lastDay])
  }
}

/** A further row of blobs the intent holds. Counts it in `intent.rows`. */
export function putHeld(intent: Intent, blobs: readonly (readonly [BlobId, number])[]): KvChange[] {
  const changes: KvChange[] = []
  for (let at = 0; at < blobs.length; at += ROW_BLOBS) {
    const row = blobs.slice(at, at + ROW_BLOBS).map(([blob, size]) => [idValue(blob), size])
    changes.push({ put: `${HELD}${keyOf(intent)}/${intent.rows++}`, value: encode(row) })
  }
  return changes
}

export function deleteIntent(intent: Intent): KvChange[] {
  const changes: KvChange[] = [{ del: OPEN + keyOf(intent) }]
  for (let row = 0; row < intent.rows; row++) changes.push({ del: `${HELD}${keyOf(intent)}/${row}` })
  return changes
}

export async function loadIntents(kv: KvStore): Promise<Map<IntentKey, Intent>> {
  const intents = new Map<IntentKey, Intent>()
  for await (const [key, value] of kv.range({ gte: OPEN, lt: after(OPEN) })) {
    const intent = readIntent(key.slice(OPEN.length), value)
    intents.set(keyOf(intent), intent)
  }
  for await (const [key, value] of kv.range({ gte: HELD, lt: after(HELD) })) {
    const cut = key.lastIndexOf('/')
    const intent = intents.get(key.slice(HELD.length, cut) as IntentKey)
    if (intent !== undefined) readHeld(intent, Number(key.slice(cut + 1)), value)
  }
  return intents
}

const OPEN = 'intent/open/'
const HELD = 'intent/held/'
const ROW_BLOBS = 1024
const after = (prefix: string): string => `${prefix.slice(0, -1)}0`

function keyOf(intent: Intent): IntentKey {
  return intentKey(intent.vault, intent.account, intent.object)
}

function readIntent(key: string, value: Uint8Array): Intent {
  const [vault, account, object] = key.split('/')
  const [version, device, announced, lastDay] = asArray(decode(value, 128), 4)
  asVersion(version, 1)
  return {
    vault: idFromHex(vault ?? ''),
    account: idFromHex(account ?? ''),
    object: idFromHex(object ?? '', OBJECT_ID_BYTES),
    device: asId(device),
    announcedBytes: asUint(announced),
    heldBytes: 0,
    lastDay: asUint(lastDay),
    blobs: new Map(),
    rows: 0
  }
}

function readHeld(intent: Intent, row: number, value: Uint8Array): void {
  intent.rows = Math.max(intent.rows, row + 1)
  for (const item of asArray(decode(value, ROW_BLOBS * 64), { max: ROW_BLOBS })) {
    const [blob, size] = asArray(item, 2)
    const id = asId<BlobId>(blob)
    if (intent.blobs.has(id)) continue
    const sizeBytes = asUint(size, LIMITS.blobBytes)
    intent.blobs.set(id, sizeBytes)
    intent.heldBytes += sizeBytes
  }
}
