import { HoldfastError } from '../base/errors.ts'
import type { EpochId, ObjectId } from '../base/ids.ts'
import type { Intent } from '../index/edits.ts'
import { contentKey, fileOfKey, versionKey } from '../index/keys.ts'
import type { ReadModel } from '../index/read-model.ts'
import { decodeContent, encodeContent } from '../index/records.ts'
import type { FileContent } from '../index/records.ts'
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
 * The edits were made without knowing what has come since. A content they would replace and did not know stays as a kept
 * version, and one they would delete stays where it is: an edit wins over a deletion that did not know of it.
 */
function sparingOthers(edits: readonly Intent[], tree: ReadModel, shreds: readonly ObjectId[]): Intent[] {
  const known = new Set(edits.map(({ key }) => key))
  return edits.flatMap((edit) => {
    const file = fileOfKey(edit.key)
    if (edit.key !== contentKey(file)) return [edit]
    const { current, losers } = tree.versions(file)
    const brought = edit.value === null ? undefined : decodeContent(edit.value)
    const isKnown = ({ object }: FileContent): boolean =>
      known.has(versionKey(file, object)) ||
      shreds.includes(object) ||
      (brought !== undefined && brought.kind !== 'folder' && brought.object === object)
    const unknown = [...(current === undefined ? [] : [current]), ...losers].filter((content) => !isKnown(content))
    if (brought === undefined) return unknown.length > 0 ? [] : [edit]
    return [
      ...unknown.map((content) => ({ key: versionKey(file, content.object), value: encodeContent(content) })),
      edit
    ]
  })
}
