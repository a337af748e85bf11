import { HoldfastError } from '../base/errors.ts'
import type { EpochId, ObjectId } from '../base/ids.ts'
import type { Intent } from '../index/edits.ts'
import { contentKey, fileOfKey, parseKey } from '../index/keys.ts'
import type { ReadModel } from '../index/read-model.ts'
import { decodeContent } from '../index/records.ts'
import type { Held } from '../index/registers.ts'
import { decodeOperations } from '../index/operations.ts'
import { payloadAad } from '../log/header.ts'
import type { ObjectRecord } from '../log/record.ts'
import type { Random } from '../ports/random.ts'
import { openPayload } from '../seal/payload.ts'
import type { EpochKeys } from '../secret/epoch.ts'
import type { Withdrawn } from '../sync/replica/own-log.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import { writeClear } from './author.ts'
import type { Author } from './author.ts'
import { inEpoch } from './in-epoch.ts'
import type { Keyring } from './keyring.ts'
import type { LocalWriter } from './local-writer.ts'

/** Learns again the epochs that were begun and handed out by what had to leave the log. */
export async function learnWithdrawn(withdrawn: readonly Withdrawn[], keyring: Keyring): Promise<void> {
  for (const { entry } of withdrawn) {
    const { hash, header, body } = entry
    if (body?.kind === 'epoch' || body?.kind === 'wrap') await keyring.learn({ hash, writer: header.device }, body)
  }
}

/**
 * Writes the edits of an entry of this device once more: its storage was rolled back and the entry had to leave the log before
 * anybody heard of it. What the edits replace is looked up anew. Epochs and wraps are not repeated: they are made
 * again when they are needed.
 */
export async function rewriteEntry({ entry, records }: Withdrawn, to: RewriteTarget): Promise<void> {
  const { header, body, bytes, pinList } = entry
  if (body?.kind === 'statement') {
    await writeClear(to.vault, to.author, body)
    await to.writer.grant()
  }
  if (header.kind !== 'change' || bytes.payload === null) return
  const keys = to.keys(header.epoch!)
  if (keys === undefined) throw new HoldfastError('UNKNOWN_EPOCH')
  const changes = decodeOperations(await openPayload(keys.payload, bytes.payload, payloadAad(header)))
  const edits = changes.flatMap(({ operations }) => operations.map(({ key, value }) => ({ key, value })))
  const shreds = pinList?.shreds ?? []
  await to.writer.change({
    intents: sparingOthers(edits, to.writer.tree, shreds),
    records: await inKnownEpochs(records, to),
    shreds
  })
}

export interface RewriteTarget {
  readonly vault: VaultReplica
  readonly author: Author
  readonly writer: LocalWriter
  readonly random: Random
  keys(epoch: EpochId): EpochKeys | undefined
}

/**
 * An epoch can leave the log with the entry that made it, and then nobody can open a key slot under it any more: such objects
 * get a slot of the epoch that is written under now.
 */
async function inKnownEpochs(records: readonly ObjectRecord[], to: RewriteTarget): Promise<ObjectRecord[]> {
  const current = await to.writer.writableKeys()
  const known = new Set(to.vault.log.epochs().map(({ id }) => id))
  const place = { vault: to.vault.id, keys: to.keys, random: to.random }
  return Promise.all(
    records.map(async (record) => (known.has(record.epoch) ? record : inEpoch(record, current, place)))
  )
}

/**
 * The edits were made without knowing what has come since. A content that they would replace or delete and did not know stays where it
 * is, beside what they bring: a conflict, as if two devices had written at once.
 */
function sparingOthers(edits: readonly Intent[], tree: ReadModel, shreds: readonly ObjectId[]): Intent[] {
  const known = new Set([...shreds, ...edits.flatMap(objectsOf)])
  const isKnown = ({ value }: Held): boolean => {
    const content = decodeContent(value)
    return content.kind === 'folder' || known.has(content.object)
  }
  return edits.map((edit) => {
    const file = fileOfKey(edit.key)
    if (edit.key !== contentKey(file)) return edit
    const held = tree.state(file)?.contents ?? []
    const replaces = held.filter(isKnown)
    return replaces.length === held.length ? edit : { ...edit, replaces }
  })
}

/** What an edit shows that its writer knew. */
function objectsOf({ key, value }: Intent): ObjectId[] {
  const parsed = parseKey(key)
  if (parsed.kind === 'version') return [parsed.object]
  if (parsed.kind !== 'content' || value === null) return []
  const content = decodeContent(value)
  return content.kind === 'folder' ? [] : [content.object]
}
