import { equalBytes } from '../base/bytes.ts'
import { HoldfastError } from '../base/errors.ts'
import type { EntryHash, FileId, LogId, ObjectId } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { changeHashBytes } from './automerge.ts'
import { buildOperations } from './build.ts'
import type { Intent } from './edits.ts'
import { actorOf } from './entry.ts'
import type { CausalPast, IndexEntry, IndexOptions } from './entry.ts'
import { bad, checkChanges } from './guard.ts'
import { IndexDocument } from './index-document.ts'
import type { Plan } from './index-document.ts'
import { docOf, extraKey, versionKey } from './keys.ts'
import { ExtraPlaces } from './extra-places.ts'
import { Lineage } from './lineage.ts'
import { compareOpIds } from './operations.ts'
import type { Actor, DocumentChange } from './operations.ts'
import { ReadModel } from './read-model.ts'
import { decodeSaved, encodeSaved } from './saved.ts'

/** Document number to the bytes `Index.save` made of it. */
export type SavedIndex = ReadonlyMap<number, Uint8Array>

/** What a local write puts into its entry: the payload's operations and what the header commits to. */
export interface LocalChange {
  readonly operations: DocumentChange[]
  /** Document number to change hash, 32 bytes: commit to it under the epoch. */
  readonly changeHashes: Map<number, Uint8Array>
}

/**
 * The vault's index: a pure function of the set of entries applied, whatever the order they came in (each after its
 * past). Nothing reaches Automerge but changes built here from operations that passed the guard.
 */
export class Index {
  readonly options: IndexOptions
  readonly tree: ReadModel
  readonly #documents = new Map<number, IndexDocument>()
  readonly lineage: Lineage
  readonly #logs = new Map<Actor, LogId>()
  readonly #offered = new WeakMap<SavedIndex, ReadonlyMap<number, number>>()
  readonly #actors = new Map<LogId, Actor>()
  readonly #extras = new ExtraPlaces()

  private constructor(options: IndexOptions) {
    if (!(options.documents >= 1 && options.documents <= LIMITS.documents))
      throw new HoldfastError('MALFORMED', 'a number of documents out of range')
    this.options = options
    this.tree = new ReadModel((actor) => this.logOf(actor), options.deviceName)
    this.lineage = new Lineage(options.pastOf)
  }

  static create(options: IndexOptions): Index {
    return new Index(options)
  }

  /** Throws HOME_DAMAGED when the bytes are not a save of this vault. Automerge parses its part at the first change of a document. */
  static load(saved: SavedIndex, options: IndexOptions): Index {
    const index = Index.#read(saved, options)
    if (index.#isTorn()) throw new HoldfastError('HOME_DAMAGED', 'the saved documents do not belong together')
    index.lineage.settle()
    return index
  }

  has(entry: EntryHash): boolean {
    return this.standingOf(entry) !== undefined
  }

  /** `stray`: the entry lost a fork, so that what it says is applied nowhere. Undefined: not here, or void. */
  standingOf(entry: EntryHash): 'applied' | 'stray' | undefined {
    return this.lineage.standingOf(entry)
  }

  /**
   * Guard, then merge; in all documents the entry touches or in none. `rebuild`: the entry is one side of a fork, or was
   * written on a side that lost; nothing was changed, make the index anew with `rebuild` from all counted entries.
   * Throws BAD_OPERATION for an entry that is void; nothing was changed, and every replica finds the same.
   */
  apply(entry: IndexEntry): 'applied' | 'known' | 'rebuild' {
    if (this.has(entry.hash)) return 'known'
    if (this.lineage.standing(entry) !== 'next' || this.lineage.sawOtherwise(entry.past)) return 'rebuild'
    this.#commit(entry, this.check(entry))
    return 'applied'
  }

  /** The whole guard, changing nothing. Throws BAD_OPERATION. */
  check(entry: IndexEntry): Plan[] {
    checkChanges(entry.operations, entry.commitments, this.options.documents)
    const plans = this.#plans(entry, true)
    for (const [i, plan] of plans.entries()) {
      const commitment = entry.commitments.get(entry.operations[i]!.doc)!
      if (!equalBytes(entry.commit(changeHashBytes(plan.built.hash)), commitment))
        throw bad('another change than the header commits to')
    }
    return plans
  }

  /** For `rebuild`: merges an entry found good on its own past, as far as that past is applied here. */
  merge(entry: IndexEntry): void {
    this.#commit(entry, this.#plans(entry, false))
  }

  /** For `rebuild`: notes an entry that lost a fork. */
  setAside(entry: IndexEntry): void {
    for (const [i, plan] of this.#plans(entry, false).entries()) {
      this.#documents.set(entry.operations[i]!.doc, plan.document)
      plan.document.commitStray(plan)
    }
    this.lineage.addStray(entry)
  }

  /**
   * The operations of a local write: values to replace come from the current state, as far as `past` holds them. Throws
   * TOO_LARGE when they do not fit one entry (see `batches` in edits.ts). Undefined when there is nothing to do.
   */
  build(intents: readonly Intent[], author: { log: LogId; past: CausalPast }): LocalChange | undefined {
    const operations = buildOperations(intents, this.options.documents, (doc, key) => {
      const document = this.#documents.get(doc)
      if (document === undefined) return []
      return document.registers
        .get(key)
        .filter((held) => document.wroteWithin(key, held, author.past, (actor) => this.logOf(actor)))
    })
    if (operations.length === 0) return undefined
    const entry = { ...author, operations, hash: '' as EntryHash, seq: Number.MAX_SAFE_INTEGER }
    const plans = this.#plans(entry, true)
    return {
      operations,
      changeHashes: new Map(plans.map((plan, i) => [operations[i]!.doc, changeHashBytes(plan.built.hash)]))
    }
  }

  /**
   * The documents that changed since the last save that was kept (or all). Write them together, in one batch, and say so
   * with `kept`. The last save that `Index.prove` accepted is to be kept until the next one was accepted.
   */
  save(which: 'changed' | 'all' = 'changed'): SavedIndex {
    const { vault, documents } = this.options
    const saved = new Map<number, Uint8Array>()
    const revisions = new Map<number, number>()
    for (const [doc, document] of this.#documents) {
      if (which === 'changed' && document.revision === document.keptRevision) continue
      const { changes, registers } = document
      const heads = changes.heads.map((record) => record.hash)
      const automerge = document.automerge.save()
      saved.set(
        doc,
        encodeSaved({ vault, documents, doc, automerge, records: [...changes.records()], heads, registers })
      )
      revisions.set(doc, document.revision)
    }
    this.#offered.set(saved, revisions)
    return saved
  }

  /** Whether anything was applied since the last save that was kept, or since it was loaded. */
  get hasUnsaved(): boolean {
    return [...this.#documents.values()].some(({ revision, keptRevision }) => revision !== keptRevision)
  }

  /** Says that a save of this index is durable: what has not changed since is not saved again. */
  kept(saved: SavedIndex): void {
    for (const [doc, revision] of this.#offered.get(saved) ?? []) this.#documents.get(doc)!.keptRevision = revision
  }

  /** Loads a save back, Automerge's part too, and compares it with the heads it claims. Throws HOME_DAMAGED. */
  static prove(saved: SavedIndex, options: IndexOptions): void {
    const index = Index.#read(saved, options)
    try {
      for (const document of index.#documents.values()) {
        const heads = document.changes.heads.map((record) => record.hash).sort()
        if (heads.join() !== document.automerge.heads().join())
          throw new HoldfastError('HOME_DAMAGED', 'a saved document holds other changes')
      }
    } finally {
      index.close()
    }
  }

  /** Heads (Automerge change hashes, hex, ascending) of each document in use. */
  heads(): Map<number, string[]> {
    const documents = [...this.#documents].sort(([a], [b]) => a - b)
    return new Map(
      documents.map(([doc, document]) => [doc, document.changes.heads.map((record) => record.hash).sort()])
    )
  }

  document(doc: number): IndexDocument | undefined {
    return this.#documents.get(doc)
  }

  /** The value of a small extra beside a file; of several that cross, the last in the order of operation ids. */
  extra(file: FileId, name: string): Uint8Array | undefined {
    return this.extraValues(file, name).at(-1)
  }

  /** All values of a small extra that no other replaced, in the order of operation ids. */
  extraValues(file: FileId, name: string): Uint8Array[] {
    const held = this.#documents.get(docOf(file, this.options.documents))?.registers.get(extraKey(file, name)) ?? []
    return [...held].sort(compareOpIds).map(({ value }) => value)
  }

  /** Every place that has an extra of this name, by file id. */
  extras(name: string): { readonly file: FileId; readonly value: Uint8Array }[] {
    return this.#extras.of(name).flatMap((file) => {
      const value = this.extra(file, name)
      return value === undefined ? [] : [{ file, value }]
    })
  }

  /** Whether an entry of this past, and none outside it, made `object` a kept version of the file: since then it is replaced or removed. */
  keptWithin(file: FileId, object: ObjectId, past: CausalPast): boolean {
    const document = this.#documents.get(docOf(file, this.options.documents))
    const key = versionKey(file, object)
    const values = document?.registers.get(key) ?? []
    return values.length > 0 && values.every((held) => document!.wroteWithin(key, held, past, (one) => this.logOf(one)))
  }

  /** The log whose operations carry this actor. */
  logOf(actor: Actor): LogId | undefined {
    return this.#logs.get(actor)
  }

  /** Gives Automerge's memory back at once. The index is not used afterwards. */
  close(): void {
    for (const document of this.#documents.values()) document.automerge.close()
  }

  static #read(saved: SavedIndex, options: IndexOptions): Index {
    const index = new Index(options)
    try {
      for (const [doc, bytes] of saved) index.#restore(doc, bytes)
    } catch (cause) {
      throw new HoldfastError('HOME_DAMAGED', 'the saved index does not load', { cause })
    }
    return index
  }

  /** Whether an entry is in one of its documents and not in another: they were not written together. */
  #isTorn(): boolean {
    const missing = new Map<EntryHash, number>()
    for (const document of this.#documents.values()) {
      for (const { entry, documents } of document.changes.records())
        if (documents > 1) missing.set(entry, (missing.get(entry) ?? documents) - 1)
    }
    return [...missing.values()].some((count) => count !== 0)
  }

  #plans(entry: Pick<IndexEntry, 'log' | 'seq' | 'hash' | 'past' | 'operations'>, strict: boolean): Plan[] {
    const actor = this.#actor(entry.log)
    return entry.operations.map(({ doc, operations }) => {
      const document = this.#documents.get(doc) ?? new IndexDocument(this.options)
      return document.plan(entry, actor, operations, (other) => this.logOf(other), strict)
    })
  }

  #commit(entry: IndexEntry, plans: readonly Plan[]): void {
    for (const [i, plan] of plans.entries()) {
      this.#documents.set(entry.operations[i]!.doc, plan.document)
      plan.document.commit(plan)
      for (const { key } of plan.operations) {
        this.tree.touch(key, plan.document.registers)
        this.#extras.note(key)
      }
    }
    this.lineage.add(entry)
  }

  #restore(doc: number, bytes: Uint8Array): void {
    const saved = decodeSaved(bytes)
    const { vault, documents } = this.options
    if (saved.vault !== vault || saved.documents !== documents || saved.doc !== doc)
      throw new HoldfastError('MALFORMED', 'a save of something else')
    const document = new IndexDocument(this.options, saved.automerge)
    this.#documents.set(doc, document)
    document.changes.restore(saved.records, saved.heads)
    for (const record of saved.records) {
      this.#actor(record.log)
      this.lineage.restore(record)
    }
    for (const [key, values] of saved.values) {
      document.registers.restore(key, values)
      this.#extras.note(key)
    }
    this.tree.touchAll(document.registers)
  }

  #actor(log: LogId): Actor {
    const known = this.#actors.get(log)
    if (known !== undefined) return known
    const actor = actorOf(this.options.vault, log)
    this.#logs.set(actor, log)
    this.#actors.set(log, actor)
    return actor
  }
}
