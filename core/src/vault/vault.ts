import { HoldfastError } from '../base/errors.ts'
import type { BlobId, DeviceId, EntryHash, EpochId, FileId, ObjectId, VaultId } from '../base/ids.ts'
import { FILE_ID_BYTES, idFromBytes, splitLogId } from '../base/ids.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import type { KvStore } from '../ports/kv-store.ts'
import type { Random } from '../ports/random.ts'
import { batches, purge, remove, restore } from '../index/edits.ts'
import type { Intent } from '../index/edits.ts'
import type { Index } from '../index/index.ts'
import type { FileContent } from '../index/records.ts'
import type { Admission } from '../log/vault-log.ts'
import type { ObjectRecord } from '../log/record.ts'
import type { Statement } from '../log/statement.ts'
import type { EpochKeys } from '../secret/epoch.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import { Applier } from './applier.ts'
import { writeStatements } from './author.ts'
import type { Author } from './author.ts'
import { IndexSave } from './index-save.ts'
import { indexPast } from './index-past.ts'
import { Keyring } from './keyring.ts'
import type { RecoveryKey } from './keyring.ts'
import { LocalWriter } from './local-writer.ts'
import { assertMayWrite } from './may-write.ts'
import { Mutex } from './mutex.ts'
import { folderAtDepth, moveByPath, nodeAt } from './paths.ts'
import { floorReached } from './floors.ts'
import type { Floor } from './pairing-messages.ts'
import { learnWithdrawn, rewriteEntry } from './rewrite.ts'
import { readBlob } from './read-blob.ts'
import { readContent, recordsOf } from './read-content.ts'
import type { ByteRange } from './read-object.ts'
import type { ContentOffers } from './content-offers.ts'
import { deviceName, nameDevice } from './people.ts'
import { toGiveUp, toPinAgain } from './retention.ts'
import type { Keep, PinChange } from './retention.ts'
import { addTree } from './write.ts'
import type { AddItem, AddOptions, AddReport } from './write.ts'

export interface VaultOptions extends Author {
  readonly replica: VaultReplica
  readonly kv: KvStore
  readonly blobs: BlobStore
  readonly random: Random
  /** What must have arrived before anything is signed here. None for a vault that was made here. */
  readonly floor?: Floor
  /** Opens epochs that were wrapped to the account alone: only while it is brought back by its words. */
  readonly recovery?: RecoveryKey
  /** Gets a blob that is not here from whoever has it. Throws NOT_HERE. */
  readonly fetchBlob?: (blob: { id: BlobId; sizeBytes: number }, signal?: AbortSignal) => Promise<Uint8Array>
  /** A blob here is not what its name says: to be noted, so that `fetchBlob` brings another copy and it takes this one's place. */
  readonly onDamaged?: (blob: BlobId) => Promise<void>
  /** Keeps a blob that no entry pins yet from being collected; returns how to let go. */
  readonly guard?: (blob: BlobId) => () => void
  /** Takes blobs of large files while they are still being read. */
  readonly offers?: ContentOffers
  /** The index changed, or what is wrong with it did. */
  readonly onChange?: () => void
  /** The log could not be brought into the index: the store failed. */
  readonly onError?: (error: unknown) => void
}

/** One vault on one device: its files by name, read and written, and its log underneath. */
export class Vault {
  readonly id: VaultId
  readonly replica: VaultReplica
  private readonly o: VaultOptions
  private readonly keyring: Keyring
  private readonly applier: Applier
  private readonly writer: LocalWriter
  private readonly saved: IndexSave
  private readonly lock = new Mutex()
  private readonly admissions: Admission[] = []
  private rebuilt = false
  private floorIsReached = false

  static async open(options: VaultOptions): Promise<Vault> {
    const { replica, kv, secrets, random } = options
    const saved = new IndexSave({ kv, vault: replica.id, deviceSecret: secrets.xSecret, random })
    let vault = undefined as Vault | undefined
    const index = await saved.load(
      {
        vault: replica.id,
        documents: replica.log.genesis.documents,
        pastOf: (entry) => indexPast(replica.log.pastOf(entry)),
        deviceName: (log) => vault?.deviceName(splitLogId(log).device)
      },
      (entry) => replica.log.isCounted(entry)
    )
    const opened = new Vault(options, saved, index)
    vault = opened
    await opened.lock.run(() => opened.applyPending())
    return opened
  }

  private constructor(options: VaultOptions, saved: IndexSave, index: Index) {
    const { replica, secrets } = options
    this.o = { ...options, avoids: (entry) => this.applier.isStuck(entry) }
    this.id = replica.id
    this.replica = replica
    this.saved = saved
    this.keyring = new Keyring(replica.id, secrets, options.recovery)
    this.applier = new Applier({ replica, keyring: this.keyring, index })
    this.writer = new LocalWriter({ ...this.o, replica, keyring: this.keyring, applier: this.applier })
  }

  get ownDevice(): DeviceId {
    return this.o.secrets.device
  }

  get index(): Index {
    return this.applier.index
  }

  /** To be called with every admission of this vault, local ones too, in order. */
  admitted(admission: Admission): void {
    this.admissions.push(admission)
    void this.lock.run(() => this.applyPending()).catch((error: unknown) => this.o.onError?.(error))
  }

  /** Waits until everything admitted so far is in the index, as far as its secrets are here. */
  settled(): Promise<void> {
    return this.lock.run(() => this.applyPending())
  }

  async close(): Promise<void> {
    await this.lock.run(() => this.saveIndex())
    this.index.close()
  }

  saveIndex(): Promise<void> {
    if (!this.rebuilt) return this.saved.save(this.index)
    this.rebuilt = false
    return this.saved.replace(this.index)
  }

  // Writes. Each resolves when its entry is durable here; telling others happens by itself.

  addTree(items: AsyncIterable<AddItem>, to: readonly string[], options: AddOptions = {}): Promise<AddReport> {
    const { blobs, random } = this.o
    const newFileId = (): FileId => this.newFileId()
    return addTree(items, to, options, {
      vault: this.id,
      blobs,
      random,
      newFileId,
      guard: this.o.guard ?? (() => () => undefined),
      ...(this.o.offers !== undefined && { offers: this.o.offers }),
      tree: () => this.index.tree,
      keys: () => this.locked(() => this.writer.writableKeys()),
      commit: (make) => this.commit(make),
      nowMs: () => this.o.clock.nowMs()
    })
  }

  /** Makes a folder and the folders it lies in, as far as they are missing. Throws EXISTS when it is there already. */
  async makeFolder(path: readonly string[]): Promise<void> {
    for (let depth = 1; depth <= path.length; depth++) {
      await this.commit(() => ({
        intents: folderAtDepth(this.index.tree, path, depth, () => this.newFileId(), this.o.clock.nowMs())
      }))
    }
  }

  /** Any edit of the index, worked out when its turn has come; nothing is written for no intent. */
  edit(make: () => readonly Intent[]): Promise<void> {
    return this.commit(() => ({ intents: make() }))
  }

  /** To another name, or into a folder that exists. Throws NOT_FOUND, EXISTS, NOT_A_FOLDER, NAME_NOT_ALLOWED, INTO_ITSELF, THERE_ALREADY. */
  move(from: readonly string[], to: readonly string[]): Promise<void> {
    return this.commit(() => ({ intents: moveByPath(this.index.tree, from, to) }))
  }

  /** Recoverable: no pin is withdrawn. */
  remove(path: readonly string[]): Promise<void> {
    return this.commit(() => ({ intents: remove(this.index.tree, nodeAt(this.index.tree, path).id) }))
  }

  /** What is brought back and was given up is pinned again. */
  async restore(file: FileId, version?: ObjectId): Promise<void> {
    const isThere = (object: ObjectId): boolean => this.replica.log.pins().stateOf(object) !== 'gone'
    await this.commit(() => ({ intents: restore(this.index.tree, file, this.o.clock.nowMs(), version, isThere) }))
    await this.pinAgain()
  }

  /**
   * Gives up versions that need not be kept any more, no more of them than a day may take. Nothing where the index does not show
   * all that the entry would stand on. Throws MAY_ONLY_READ, WRITES_HELD.
   */
  giveUpVersions(keep: Keep): Promise<void> {
    const { applier, replica } = this
    return this.writePins(() => (applier.isBehind || applier.hasStuck ? [] : toGiveUp(this.index, replica, keep)))
  }

  /** Pins again what living files name and somebody gave up. Throws as `giveUpVersions`, and UNKNOWN_EPOCH. */
  pinAgain(): Promise<void> {
    return this.writePins(() => toPinAgain(this.index, this.replica.log.pins()))
  }

  /** Destroys a file, or a folder with all in it, in every version, at every honest replica. */
  async shred(file: FileId): Promise<{ files: number; objects: number }> {
    return this.locked(async () => {
      assertMayWrite(this.replica, this.o.secrets.device)
      const { intents, objects } = purge(this.index.tree, file)
      await this.commitNow({ intents, shreds: objects })
      return {
        files: new Set(intents.map(({ key }) => key.slice(2, 2 + FILE_ID_BYTES * 2))).size,
        objects: objects.length
      }
    })
  }

  /** What a device of this vault is called. Hostile text. */
  deviceName(device: DeviceId): string | undefined {
    return deviceName(this.index, device)
  }

  /** Nothing is written when it is called that already. */
  async nameDevice(device: DeviceId, name: string): Promise<void> {
    await this.commit(() => ({ intents: this.deviceName(device) === name ? [] : [nameDevice(device, name)] }))
  }

  /** Writes statements (certificates, relays …), then lets in whoever they made a member. */
  async state(statements: readonly Statement[]): Promise<void> {
    await this.locked(async () => {
      await writeStatements(this.replica, this.o, statements)
      await this.applyPending()
      await this.writer.grant()
      await this.applyPending()
    })
  }

  /** Writes again, in this home's new incarnation, what a rollback took back (VaultReplica.withdrawn). */
  async rewrite(): Promise<void> {
    await this.lock.run(async () => {
      await this.applyPending()
      const withdrawn = await this.replica.withdrawn()
      await learnWithdrawn(withdrawn, this.keyring)
      const keys = (epoch: EpochId): EpochKeys | undefined => this.keyring.keys(epoch)
      for (const one of withdrawn) {
        await rewriteEntry(one, { vault: this.replica, author: this.o, writer: this.writer, random: this.random, keys })
        await this.applyPending()
      }
      await this.replica.forgetWithdrawn()
    })
  }

  /** Begins the first epoch, or the next where none fits the members. */
  async ensureEpoch(): Promise<void> {
    await this.writableKeys()
  }

  /** Keys of the epoch that is written under. Throws WRITES_HELD, UNKNOWN_EPOCH, NOT_A_MEMBER. */
  writableKeys(): Promise<EpochKeys> {
    return this.locked(() => this.writer.writableKeys())
  }

  /** Keys of an epoch, where this device has them. */
  keys(epoch: EpochId): EpochKeys | undefined {
    return this.keyring.keys(epoch)
  }

  /** Hands every epoch to members who lack it: devices that were certified after it began. Writes nothing where nobody does. */
  async grant(): Promise<void> {
    await this.locked(async () => {
      await this.writer.grant()
      await this.applyPending()
    })
  }

  // Reads.

  /** The content, or a range of it. Throws IS_A_FOLDER, NOT_HERE, UNKNOWN_EPOCH and what damaged content gives. */
  async *read(
    content: FileContent,
    range?: ByteRange,
    options: { signal?: AbortSignal } = {}
  ): AsyncGenerator<Uint8Array> {
    const blob = (id: BlobId, sizeBytes: number): Promise<Uint8Array> =>
      readBlob({ id, sizeBytes }, this.o, options.signal)
    const reader = { vault: this.id, keys: (epoch: EpochId) => this.keyring.keys(epoch), blob }
    yield* readContent(content, recordsOf(this.replica.log, content), reader, range)
  }

  /** The object record of a content. Throws NOT_HERE when it was shredded or has not arrived. */
  recordOf(content: Pick<FileContent, 'object' | 'manifest'>): ObjectRecord {
    const [record] = recordsOf(this.replica.log, content)
    if (record === undefined) throw new HoldfastError('NOT_HERE')
    return record
  }

  /** What does not open, does not count or waits, for `status`. */
  problems(): { voids: Applier['voids']; keys: Keyring['problems']; waiting: number } {
    return { voids: this.applier.voids, keys: this.keyring.problems, waiting: this.applier.waiting }
  }

  get random(): Random {
    return this.o.random
  }

  newFileId(): FileId {
    return idFromBytes<FileId>(this.o.random.bytes(FILE_ID_BYTES), FILE_ID_BYTES)
  }

  /** Edits of the index with the objects they need and those they destroy, worked out when their turn has come. Throws MAY_ONLY_READ. */
  commit(make: () => Parameters<Vault['commitNow']>[0]): Promise<void> {
    return this.locked(() => {
      const change = make()
      // Who has nothing to say is not refused.
      if (change.intents.length + (change.shreds?.length ?? 0) > 0) assertMayWrite(this.replica, this.o.secrets.device)
      return this.commitNow(change)
    })
  }

  /** In as many entries as it takes; objects come with the first, since later ones may stand on them. */
  private async commitNow(change: {
    intents: readonly Intent[]
    records?: readonly ObjectRecord[]
    shreds?: readonly ObjectId[]
  }): Promise<void> {
    const parts = batches(change.intents)
    if (parts.length === 0 && (change.shreds ?? []).length > 0) parts.push([])
    const records = await this.writer.inWritableEpoch(change.records ?? [])
    for (const [number, intents] of parts.entries()) {
      const isLast = number === parts.length - 1
      const entry = await this.writer.change({
        intents,
        ...(number === 0 ? { records } : {}),
        ...(isLast && change.shreds !== undefined ? { shreds: change.shreds } : {})
      })
      await this.applyPending()
      if (entry !== undefined) this.assertApplied(entry)
    }
  }

  /** Entries that change no name. */
  private writePins(make: () => readonly PinChange[]): Promise<void> {
    return this.locked(async () => {
      for (const { records = [], unpins = [] } of make()) {
        assertMayWrite(this.replica, this.o.secrets.device)
        await this.writer.change({ intents: [], unpins, records: await this.writer.inWritableEpoch(records) })
        await this.applyPending()
      }
    })
  }

  /**
   * What is written next is worked out on the index: whoever tells this vault of admissions no more would have it write the same
   * again and again, on a past that does not hold it. An entry that stopped counting meanwhile is no such case.
   */
  private assertApplied(entry: EntryHash): void {
    const { log } = this.replica
    if (log.isCounted(entry) && !this.applier.isDone(entry) && !this.applier.isStuck(entry))
      throw new HoldfastError('INTERNAL', 'an entry of this device is not in its index')
  }

  /** One at a time, on an index that has everything admitted so far, and only once the floor is reached. */
  private locked<T>(work: () => Promise<T>): Promise<T> {
    return this.lock.run(async () => {
      await this.applyPending()
      this.floorIsReached ||= this.o.floor === undefined || floorReached(this.replica.log, this.o.floor)
      if (!this.floorIsReached) throw new HoldfastError('WRITES_HELD')
      return work()
    })
  }

  private async applyPending(): Promise<void> {
    let changed = false
    for (let next = this.admissions.shift(); next !== undefined; next = this.admissions.shift()) {
      this.applier.add(next.newlyCounted)
      if (next.uncounted.length > 0) changed = (await this.rebuild()) || changed
    }
    const before = this.index
    changed = (await this.applier.run()) || changed
    this.rebuilt ||= before !== this.index
    if (changed) this.o.onChange?.()
  }

  private async rebuild(): Promise<boolean> {
    this.rebuilt = true
    return this.applier.rebuild()
  }
}
