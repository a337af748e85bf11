import { HoldfastError, isHoldfastError } from '../base/errors.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { DeviceId, EntryHash } from '../base/ids.ts'
import { blake3Keyed } from '../proof/blake3.ts'
import { decodeOperations } from '../index/operations.ts'
import type { IndexEntry } from '../index/entry.ts'
import type { Index } from '../index/index.ts'
import { rebuild } from '../index/rebuild.ts'
import { payloadAad } from '../log/header.ts'
import type { Header } from '../log/header.ts'
import type { LogStore } from '../log/log-store.ts'
import type { VaultLog } from '../log/vault-log.ts'
import { openPayload } from '../seal/payload.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import { handedOut } from './handed-out.ts'
import { indexPast } from './index-past.ts'
import type { Keyring } from './keyring.ts'

/** An entry whose operations no honest device makes: it stays in the log and changes nothing, on every replica alike. */
export interface VoidEntry {
  readonly entry: EntryHash
  readonly writer: DeviceId
  readonly code: ErrorCode
}

interface ApplierOptions {
  readonly replica: VaultReplica
  readonly keyring: Keyring
  readonly index: Index
}

/**
 * Brings counted entries into the index: sealed payload -> operations -> guard -> merge. An entry waits while the
 * secret of its epoch is not here, and everything that has it in its past waits with it. Not to be run twice at once.
 */
export class Applier {
  index: Index
  readonly voids: VoidEntry[] = []
  private readonly replica: VaultReplica
  private readonly keyring: Keyring
  /** Counted entries not yet dealt with, in causal order. */
  private pending: EntryHash[]
  private readonly done = new Set<EntryHash>()
  /** Of them those that wait for an epoch whose secret was proven bad, and what stands on those. */
  private readonly stuck = new Set<EntryHash>()
  /** Epoch and wrap entries that may still teach this device a secret: new ones, and those tried with the secrets of then. */
  private lessons: EntryHash[] = []
  private tried: EntryHash[] = []
  private secretsThen = 0

  constructor(options: ApplierOptions) {
    this.replica = options.replica
    this.keyring = options.keyring
    this.index = options.index
    this.pending = []
    this.add(this.log.counted())
  }

  /** Another object after entries were withdrawn. */
  private get log(): VaultLog {
    return this.replica.log
  }

  private get store(): LogStore {
    return this.replica.store
  }

  /** Entries that wait for a secret (or for one that does). */
  get waiting(): number {
    return this.pending.length
  }

  /** Whether some wait for a secret that may still come, so that writing now would miss them. */
  get isBehind(): boolean {
    return this.pending.length > this.stuck.size
  }

  get hasStuck(): boolean {
    return this.stuck.size > 0
  }

  /** Whether an entry cannot be read here unless somebody mends its epoch: local entries do not build on it. */
  isStuck(entry: EntryHash): boolean {
    return this.stuck.has(entry)
  }

  /** Whether an entry has been dealt with, as far as the index goes. */
  isDone(entry: EntryHash): boolean {
    return this.done.has(entry)
  }

  add(newlyCounted: readonly EntryHash[]): void {
    for (const hash of newlyCounted) {
      this.pending.push(hash)
      if (isLesson(this.log.entry(hash)!.header)) this.lessons.push(hash)
    }
  }

  /** True when the index changed. */
  async run(): Promise<boolean> {
    let changed = false
    await this.learn()
    for (let progress = true; progress && this.pending.length > 0; ) {
      progress = false
      const left: EntryHash[] = []
      for (const hash of this.pending) {
        const step = await this.step(hash)
        if (step === 'waits') left.push(hash)
        else if (step === 'rebuild') return this.rebuild()
        else {
          progress = true
          changed ||= step === 'changed'
        }
      }
      this.pending = left
    }
    this.noteStuck()
    return changed
  }

  /** The index anew from all entries that count: after an entry stopped counting, or when a log forked. */
  async rebuild(): Promise<boolean> {
    await this.learn()
    this.done.clear()
    this.voids.length = 0
    const counted = this.log.counted()
    const left: EntryHash[] = []
    const entries: IndexEntry[] = []
    for (const hash of counted) {
      const header = this.log.entry(hash)!.header
      if (!this.isReady(header)) left.push(hash)
      else if (!changesIndex(header)) this.done.add(hash)
      else {
        const entry = await this.open(hash, header)
        if (entry === undefined) left.push(hash)
        else {
          if (typeof entry === 'object') entries.push(entry)
          this.done.add(hash)
        }
      }
    }
    const options = this.index.options
    this.index.close()
    const { index, refused } = rebuild(entries, options)
    this.index = index
    for (const hash of refused) this.noteVoid(hash, this.log.entry(hash)!.header, 'BAD_OPERATION')
    this.pending = left
    this.noteStuck()
    return true
  }

  private noteStuck(): void {
    this.stuck.clear()
    for (const hash of this.pending) {
      const header = this.log.entry(hash)!.header
      const names = header.prev === null ? header.seen : [header.prev, ...header.seen]
      const isUnreadable = changesIndex(header) && this.keyring.isBad(header.epoch!)
      if (isUnreadable || names.some((name) => this.stuck.has(name))) this.stuck.add(hash)
    }
  }

  private async step(hash: EntryHash): Promise<'waits' | 'done' | 'changed' | 'rebuild'> {
    const header = this.log.entry(hash)!.header
    if (!this.isReady(header)) return 'waits'
    if (!changesIndex(header) || this.index.has(hash)) {
      this.done.add(hash)
      return 'done'
    }
    const entry = await this.open(hash, header)
    if (entry === undefined) return 'waits'
    if (entry === 'void') {
      this.done.add(hash)
      return 'done'
    }
    return this.apply(entry, header)
  }

  private apply(entry: IndexEntry, header: Header): 'done' | 'changed' | 'rebuild' {
    try {
      if (this.index.apply(entry) === 'rebuild') return 'rebuild'
      this.done.add(entry.hash)
      return 'changed'
    } catch (error) {
      if (!isHoldfastError(error, 'BAD_OPERATION')) throw error
      this.noteVoid(entry.hash, header, error.code)
      this.done.add(entry.hash)
      return 'done'
    }
  }

  /** Undefined: the secret of its epoch is not here yet. */
  private async open(hash: EntryHash, header: Header): Promise<IndexEntry | 'void' | undefined> {
    const keys = this.keyring.keys(header.epoch!)
    if (keys === undefined) return undefined
    const payload = await this.store.payload(hash)
    if (payload === undefined) throw new HoldfastError('HOME_DAMAGED', 'a payload that is listed and not there')
    try {
      const plain = await openPayload(keys.payload, payload, payloadAad(header))
      return {
        hash,
        log: this.log.entry(hash)!.log,
        seq: header.seq,
        past: indexPast(this.log.pastOf(hash)),
        commitments: new Map(header.documents.map(({ number, commitment }) => [number, commitment])),
        commit: (changeHash) => blake3Keyed(keys.change, changeHash),
        operations: decodeOperations(plain)
      }
    } catch (error) {
      if (!isHoldfastError(error)) throw error
      this.noteVoid(hash, header, error.code)
      return 'void'
    }
  }

  /**
   * Secrets do not wait for their entry's past: the entry that lets a new device in stands on changes that it can only
   * open with what this entry brings.
   */
  private async learn(): Promise<void> {
    while (true) {
      if (this.keyring.size !== this.secretsThen) this.lessons.push(...this.tried.splice(0))
      this.secretsThen = this.keyring.size
      const [hash] = this.lessons
      if (hash === undefined) return
      const body = await handedOut(this.store, hash)
      const { device } = this.log.entry(hash)!.header
      await this.keyring.learn({ hash, writer: device }, body)
      this.lessons.shift()
      const parents = body.parents ?? []
      if (![body, ...parents].every(({ epoch }) => this.keyring.has(epoch))) this.tried.push(hash)
    }
  }

  private isReady(header: Header): boolean {
    return (header.prev === null || this.done.has(header.prev)) && header.seen.every((hash) => this.done.has(hash))
  }

  private noteVoid(entry: EntryHash, header: Header, code: ErrorCode): void {
    this.voids.push({ entry, writer: header.device, code })
  }
}

/** A change entry that names no document only pins, unpins or shreds. */
function changesIndex(header: Header): boolean {
  return header.kind === 'change' && header.documents.length > 0
}

function isLesson(header: Header): boolean {
  return header.kind === 'epoch' || header.kind === 'wrap'
}
