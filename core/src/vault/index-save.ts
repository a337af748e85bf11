import { encode } from '../base/codec.ts'
import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import { idBytes } from '../base/ids.ts'
import type { EntryHash, VaultId } from '../base/ids.ts'
import { DERIVE } from '../base/labels.ts'
import type { KvChange, KvStore } from '../ports/kv-store.ts'
import type { Random } from '../ports/random.ts'
import { deriveKey } from '../proof/blake3.ts'
import type { IndexOptions } from '../index/entry.ts'
import { Index } from '../index/index.ts'
import { openSealed, sealWithFreshSalt } from '../secret/aead.ts'

/**
 * The index as it lies on this device: sealed under a key of the device, because it holds every name. It is only a
 * shortcut: whatever is missing or damaged is built again from the log.
 */
export class IndexSave {
  private readonly o: { kv: KvStore; vault: VaultId; deviceSecret: Uint8Array; random: Random }

  constructor(options: { kv: KvStore; vault: VaultId; deviceSecret: Uint8Array; random: Random }) {
    this.o = options
  }

  /**
   * An empty index when nothing was saved, when what was saved does not load, or when an entry in it does not count any more:
   * it was withdrawn, revoked or frozen, and this home stopped before it had saved the index without it.
   */
  async load(options: IndexOptions, counts: (entry: EntryHash) => boolean): Promise<Index> {
    try {
      const index = Index.load(await this.read(options.documents), options)
      for (const entry of index.lineage.entries())
        if (!counts(entry)) throw new HoldfastError('HOME_DAMAGED', 'a saved index of other entries')
      return index
    } catch (error) {
      if (!isHoldfastError(error)) throw error
      return Index.create(options)
    }
  }

  /** Writes the documents that changed, in one batch, after proving that each loads again. */
  async save(index: Index): Promise<void> {
    const saved = index.save('changed')
    if (saved.size === 0) return
    Index.prove(saved, index.options)
    const batch: KvChange[] = []
    for (const [doc, bytes] of saved) {
      batch.push({
        put: this.key(doc),
        value: await sealWithFreshSalt(DERIVE.deviceStore, this.secret(), bytes, this.aad(doc), this.o.random)
      })
    }
    await this.o.kv.write(batch)
    index.kept(saved)
  }

  /** After a rebuild: documents of the old index that the new one does not have must not come back. */
  async replace(index: Index): Promise<void> {
    const batch: KvChange[] = []
    for (let doc = 0; doc < index.options.documents; doc++) batch.push({ del: this.key(doc) })
    await this.o.kv.write(batch)
    await this.save(index)
  }

  /** All at once: a browser reads and opens them beside what this thread does. */
  private async read(documents: number): Promise<Map<number, Uint8Array>> {
    const rows = await this.o.kv.getMany(Array.from({ length: documents }, (_, doc) => this.key(doc)))
    const secret = this.secret()
    const open = async (sealed: Uint8Array | undefined, doc: number): Promise<Uint8Array | undefined> =>
      sealed === undefined ? undefined : openSealed(DERIVE.deviceStore, secret, sealed, this.aad(doc))
    const opened = await Promise.all(rows.map(open))
    const saved = new Map<number, Uint8Array>()
    for (const [doc, bytes] of opened.entries()) if (bytes !== undefined) saved.set(doc, bytes)
    return saved
  }

  private key(doc: number): string {
    return `index/${this.o.vault}/${String(doc).padStart(2, '0')}`
  }

  private secret(): Uint8Array {
    return deriveKey(DERIVE.deviceStore, this.o.deviceSecret, idBytes(this.o.vault))
  }

  private aad(doc: number): Uint8Array {
    return encode([idBytes(this.o.vault), doc])
  }
}
