import { HoldfastError } from '../../base/errors.ts'
import type { RecordHash } from '../../base/ids.ts'
import { decodeRecord } from '../../log/record.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import { encodeBlobRequest } from '../wire/blob-messages.ts'
import { splitRecordsReply } from '../wire/blob-replies.ts'
import type { VaultReplica } from '../replica/vault-replica.ts'

/**
 * Object records that are needed and not here: their entry came without them (whoever sent it had lost them), or what was
 * stored is damaged. A peer is asked once for each: what was shredded before it came here stays unknown, and nobody has it.
 */
export class RecordFetch {
  readonly #link: PeerLink
  readonly #askedBefore: () => Set<RecordHash>

  /** `asked`: what the peer was asked for before, in this run. */
  constructor(link: PeerLink, asked: () => Set<RecordHash>) {
    this.#link = link
    this.#askedBefore = asked
  }

  /** Fetches what the peer has of them. Throws what the link throws, and MALFORMED or HASH_MISMATCH for what is no such record. */
  async fetch(vault: VaultReplica): Promise<void> {
    if (!vault.lacksRecords) return
    const asked = this.#askedBefore()
    let wanted = vault.log
      .pins()
      .missingRecords()
      .filter((hash) => !asked.has(hash))
    while (wanted.length > 0) {
      const lot = wanted.slice(0, RECORDS_PER_QUESTION)
      const parts = await this.#ask(vault, lot)
      const records = parts.flatMap((bytes, i) => (bytes === null ? [] : checked(bytes, lot[i]!)))
      if (records.length > 0) await vault.addRecords(records)
      // A peer that answers nothing at all has nothing to say about the first one either.
      const answered = lot.slice(0, Math.max(1, parts.length))
      for (const hash of answered) asked.add(hash)
      wanted = wanted.slice(answered.length)
    }
  }

  async #ask(vault: VaultReplica, records: readonly RecordHash[]): Promise<(Uint8Array | null)[]> {
    const reply = await this.#link.request(encodeBlobRequest({ kind: 'records', vault: vault.id, records }))
    return splitRecordsReply(reply.header, reply.body ?? new Uint8Array(), records.length)
  }
}

const RECORDS_PER_QUESTION = 256

function checked(bytes: Uint8Array, hash: RecordHash): ObjectRecord {
  const record = decodeRecord(bytes)
  if (record.hash !== hash) throw new HoldfastError('HASH_MISMATCH')
  return record
}
