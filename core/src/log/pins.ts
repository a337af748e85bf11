import type { AccountId, BlobId, EntryHash, LogId, ObjectId, RecordHash } from '../base/ids.ts'
import { BlobIndex } from './blob-index.ts'
import { byHeight, isBefore } from './graph.ts'
import type { Node } from './graph.ts'
import type { ObjectRecord } from './record.ts'

/** Who wrote an entry, as far as withdrawing pins goes: judged in its own causal past. */
export interface Author {
  readonly account: AccountId | undefined
  readonly isOwner: boolean
}

/**
 * Which objects are needed, out of the counted entries (FORMAT.md 5.10). What an object record says is known only
 * when it is here, so contents are fed in by `addRecord` as they arrive, and what a dropped one was by `addDropped`.
 */
export class PinState {
  readonly #records = new Map<RecordHash, RecordState>()
  readonly #objects = new Map<ObjectId, ObjectState>()
  readonly #entries = new Map<EntryHash, { node: Node; author: Author }>()
  readonly #settled = new Set<EntryHash>()
  readonly #unpinning = new Map<EntryHash, Node>()
  readonly #turned = new Set<RecordHash>()
  #voided: ReadonlyMap<LogId, number> = new Map()
  readonly #blobs = new BlobIndex()

  /** Records of counted entries that are needed, whether their content is here or not. */
  liveRecords(): Iterable<RecordHash> {
    return [...this.#records].flatMap(([hash, { live }]) => (live ? [hash] : []))
  }

  isLive(record: RecordHash): boolean {
    return this.#records.get(record)?.live === true
  }

  /**
   * Live, and not on its way out: no unpin that counts and had seen it waits to take effect. What is live and not wanted is
   * kept where it is and brought nowhere.
   */
  isWanted(record: RecordHash): boolean {
    return this.#records.get(record)?.wanted === true
  }

  /** How far the withdrawal of an object has come; of one that nobody brought, `pinned`. Shredded is `gone` too. */
  stateOf(object: ObjectId): 'pinned' | 'leaving' | 'gone' {
    const records = this.#objects.get(object)?.records ?? []
    if (records.length === 0 || records.some(({ wanted }) => wanted)) return 'pinned'
    return records.some(({ live }) => live) ? 'leaving' : 'gone'
  }

  /** Records an entry brings, live or not, if the entry counts. */
  recordsOf(entry: EntryHash): readonly RecordHash[] {
    return this.#entries.get(entry)?.node.pinList?.records ?? []
  }

  /** Counted entries that bring this record. */
  bringersOf(record: RecordHash): EntryHash[] {
    return this.#records.get(record)?.bringers.map(({ node }) => node.hash) ?? []
  }

  /** Content of a record, unless it is not here or was dropped. */
  record(hash: RecordHash): ObjectRecord | undefined {
    return this.#records.get(hash)?.record
  }

  /** A record for whoever may see it: of what was unpinned too, of what was shredded no more. */
  shownRecord(hash: RecordHash): ObjectRecord | undefined {
    const state = this.#records.get(hash)
    if (state?.record === undefined || state.live) return state?.record
    return this.isShredded(state.record.object) ? undefined : state.record
  }

  objectOf(record: RecordHash): ObjectId | undefined {
    return this.#records.get(record)?.object
  }

  /** A live record of the object whose content is here. */
  recordOf(object: ObjectId): ObjectRecord | undefined {
    return this.#objects.get(object)?.records.find(({ live, record }) => live && record !== undefined)?.record
  }

  /** A record of the object whose content is here, though nothing may need it any more. */
  lastRecordOf(object: ObjectId): ObjectRecord | undefined {
    const records = this.#objects.get(object)?.records ?? []
    return records.flatMap(({ hash }) => this.shownRecord(hash) ?? []).at(-1)
  }

  /** Live records of an object that are here: more than one only when somebody brought another for it. */
  recordsFor(object: ObjectId): ObjectRecord[] {
    const records = this.#objects.get(object)?.records ?? []
    return records.flatMap(({ live, record }) => (live && record !== undefined ? [record] : []))
  }

  /** The log that first brought a record, and whose it was then. Of several that cross, the lowest in the graph. */
  bringerOf(record: RecordHash): { readonly log: LogId; readonly account: AccountId | undefined } | undefined {
    const bringers = this.#records.get(record)?.bringers ?? []
    const [first] = bringers.length < 2 ? bringers : bringers.toSorted((a, b) => byHeight(a.node, b.node))
    return first === undefined ? undefined : { log: first.node.log, account: first.author.account }
  }

  /** Records that are needed and not here. */
  missingRecords(): RecordHash[] {
    return [...this.#records].flatMap(([hash, { live, record }]) => (live && record === undefined ? [hash] : []))
  }

  /** Records that are here and no longer needed: to be dropped, and compacted when their object was shredded. */
  deadRecords(): RecordHash[] {
    return [...this.#records].flatMap(([hash, { live, record }]) => (!live && record !== undefined ? [hash] : []))
  }

  /** Blobs that some live record names. */
  get neededBlobs(): { readonly size: number; has(blob: BlobId): boolean; keys(): Iterable<BlobId> } {
    return this.#blobs
  }

  /** Objects whose live records name the blob. */
  blobOwners(blob: BlobId): readonly ObjectId[] {
    return this.#blobs.owners(blob)
  }

  /** Objects destroyed by a shred that counts, and not pinned anew since. */
  shreddedObjects(): Set<ObjectId> {
    return new Set([...this.#objects].flatMap(([object, state]) => (this.#isShredded(state) ? [object] : [])))
  }

  isShredded(object: ObjectId): boolean {
    const state = this.#objects.get(object)
    return state !== undefined && this.#isShredded(state)
  }

  /** Content of a record, once its hash was checked. Of a record that no counted entry names nothing is kept. */
  addRecord(record: ObjectRecord): void {
    const state = this.#records.get(record.hash)
    if (state === undefined || state.record !== undefined) return
    this.#learn(state, record.object)
    this.#weigh(record.object)
    state.record = record
    if (state.live) this.#blobs.add(record)
  }

  /** What is left of a record that was dropped: whose object it was. */
  addDropped(record: RecordHash, object: ObjectId): void {
    const state = this.#records.get(record)
    if (state === undefined) return
    if (state.record !== undefined && state.live) this.#blobs.remove(state.record)
    state.record = undefined
    this.#learn(state, object)
    this.#weigh(object)
  }

  /** Counted entries that unpin something, each with what has become of it here. */
  unpins(): { entry: EntryHash; objects: readonly ObjectId[]; state: 'waiting' | 'in effect' | 'void' }[] {
    return [...this.#unpinning].map(([entry, node]) => {
      const state = this.#isVoided(node) ? 'void' : this.#settled.has(entry) ? 'in effect' : 'waiting'
      return { entry, objects: node.pinList!.unpins, state }
    })
  }

  /** The unpins of this entry take effect here (`sync/unpin-book.ts` decides when), or do no more. */
  settleUnpins(entry: EntryHash, inEffect = true): void {
    if (inEffect) this.#settled.add(entry)
    else this.#settled.delete(entry)
    for (const object of this.#unpinning.get(entry)?.pinList?.unpins ?? []) this.#weigh(object)
  }

  /** Records that an unpin, or its end, has made wanted, unwanted, live or dead since this was last asked. */
  takeTurned(): RecordHash[] {
    const turned = [...this.#turned]
    this.#turned.clear()
    return turned
  }

  /** For VaultLog: an entry begins to count. */
  count(node: Node, author: Author): void {
    const { pinList } = node
    if (pinList === null) return
    this.#entries.set(node.hash, { node, author })
    for (const hash of pinList.records) this.#bring(hash, { node, author })
    for (const object of pinList.shreds) this.#withdraw(object, 'shreds', { node, author })
    if (pinList.unpins.length > 0) this.#unpinning.set(node.hash, node)
    for (const object of pinList.unpins) this.#withdraw(object, 'unpins', { node, author })
  }

  /** For VaultLog: an entry no longer counts. */
  uncount(node: Node): void {
    const { pinList } = node
    if (pinList === null) return
    this.#entries.delete(node.hash)
    this.#unpinning.delete(node.hash)
    for (const hash of pinList.records) this.#takeBack(hash, node)
    for (const kind of ['shreds', 'unpins'] as const) {
      for (const object of pinList[kind]) {
        const state = this.#objects.get(object)!
        state[kind] = state[kind].filter((one) => one.node !== node)
        this.#weigh(object, kind === 'unpins')
      }
    }
  }

  /** For VaultLog: from which number on each log's unpins are void. */
  voidUnpins(voided: ReadonlyMap<LogId, number>): void {
    this.#voided = voided
    for (const [object, { unpins }] of this.#objects) if (unpins.length > 0) this.#weigh(object)
  }

  #bring(hash: RecordHash, by: Signed): void {
    const state = this.#records.get(hash) ?? {
      hash,
      bringers: [],
      live: false,
      wanted: false,
      record: undefined,
      object: undefined
    }
    this.#records.set(hash, state)
    state.bringers.push(by)
    if (state.object === undefined) state.live = state.wanted = true
    else this.#weigh(state.object)
  }

  #takeBack(hash: RecordHash, node: Node): void {
    const state = this.#records.get(hash)!
    state.bringers = state.bringers.filter((by) => by.node !== node)
    if (state.object !== undefined) this.#weigh(state.object)
    else if (state.bringers.length === 0) this.#records.delete(hash)
  }

  #withdraw(object: ObjectId, kind: 'shreds' | 'unpins', by: Signed): void {
    this.#object(object)[kind].push(by)
    this.#weigh(object)
  }

  #learn(state: RecordState, object: ObjectId): void {
    state.object = object
    const { records } = this.#object(object)
    if (!records.includes(state)) records.push(state)
  }

  #object(object: ObjectId): ObjectState {
    const known = this.#objects.get(object)
    if (known !== undefined) return known
    const state: ObjectState = { records: [], shreds: [], unpins: [] }
    this.#objects.set(object, state)
    return state
  }

  /** Decides anew which records of an object are live. `byUnpin`: an unpin came or went. */
  #weigh(object: ObjectId, byUnpin = false): void {
    const state = this.#object(object)
    for (const record of state.records) {
      const pinned = record.bringers.filter((by) => !this.#isWithdrawn(state, by))
      const live = pinned.length > 0
      const wanted = pinned.some((by) => !this.#isLeaving(state, by))
      if ((live !== record.live || wanted !== record.wanted) && (byUnpin || state.unpins.length > 0))
        this.#turned.add(record.hash)
      record.wanted = wanted
      if (live === record.live) continue
      record.live = live
      if (record.record === undefined) continue
      if (live) this.#blobs.add(record.record)
      else this.#blobs.remove(record.record)
    }
  }

  #isWithdrawn(state: ObjectState, by: Signed): boolean {
    const shredded = state.shreds.some((shred) => mayShred(shred, by) && !isBefore(shred.node, by.node))
    return shredded || state.unpins.some((unpin) => this.#isEffective(unpin.node) && isBefore(by.node, unpin.node))
  }

  #isLeaving(state: ObjectState, by: Signed): boolean {
    return state.unpins.some((unpin) => !this.#isVoided(unpin.node) && isBefore(by.node, unpin.node))
  }

  #isEffective(unpin: Node): boolean {
    return this.#settled.has(unpin.hash) && !this.#isVoided(unpin)
  }

  #isVoided(node: Node): boolean {
    return node.seq >= (this.#voided.get(node.log) ?? Number.POSITIVE_INFINITY)
  }

  #isShredded(state: ObjectState): boolean {
    if (state.shreds.length === 0) return false
    const { records } = state
    if (records.some(({ live }) => live)) return false
    const bringers = records.flatMap((record) => record.bringers)
    return state.shreds.some((shred) => shred.author.isOwner || bringers.some((by) => mayShred(shred, by)))
  }
}

/** Owners shred anything; others what their own account brought. */
function mayShred(shred: Signed, by: Signed): boolean {
  return shred.author.isOwner || (shred.author.account !== undefined && shred.author.account === by.author.account)
}

interface Signed {
  readonly node: Node
  readonly author: Author
}

interface RecordState {
  readonly hash: RecordHash
  bringers: Signed[]
  live: boolean
  wanted: boolean
  record: ObjectRecord | undefined
  object: ObjectId | undefined
}

interface ObjectState {
  /** Nearly always one. Itself, not its hash: a look at every file of a vault would look each up once more. */
  readonly records: RecordState[]
  shreds: Signed[]
  unpins: Signed[]
}
