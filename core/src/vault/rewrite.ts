import type { EpochId } from '../base/ids.ts'
import { decodeOperations } from '../index/operations.ts'
import { payloadAad } from '../log/header.ts'
import { openPayload } from '../seal/payload.ts'
import type { EpochKeys } from '../secret/epoch.ts'
import type { Withdrawn } from '../sync/own-log.ts'
import type { VaultReplica } from '../sync/vault-replica.ts'
import { writeClear } from './author.ts'
import type { Author } from './author.ts'
import type { LocalWriter } from './local-writer.ts'

/**
 * Writes the edits of an entry of this device once more: its storage was rolled back and the entry had to leave the log before
 * anybody heard of it. What the edits replace is looked up anew. Epochs and wraps are not repeated: they are made
 * again when they are needed.
 */
export async function rewriteEntry(
  { entry, records }: Withdrawn,
  to: { vault: VaultReplica; author: Author; writer: LocalWriter; keys(epoch: EpochId): EpochKeys | undefined }
): Promise<void> {
  const { header, body, bytes, pinList } = entry
  if (body?.kind === 'statement') {
    await writeClear(to.vault, to.author, body)
    await to.writer.grant()
  }
  const keys = header.epoch === null ? undefined : to.keys(header.epoch)
  if (header.kind !== 'change' || keys === undefined || bytes.payload === null) return
  const changes = decodeOperations(await openPayload(keys.payload, bytes.payload, payloadAad(header)))
  const intents = changes.flatMap(({ operations }) => operations.map(({ key, value }) => ({ key, value })))
  await to.writer.change({ intents, records, shreds: pinList?.shreds ?? [] })
}
