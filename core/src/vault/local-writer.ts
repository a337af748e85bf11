import { HoldfastError } from '../base/errors.ts'
import type { EntryHash, EpochId, LogId, ObjectId } from '../base/ids.ts'
import { logIdOf } from '../base/ids.ts'
import { LIMITS } from '../base/limits.ts'
import { blake3Keyed } from '../proof/blake3.ts'
import type { Random } from '../ports/random.ts'
import type { Intent } from '../index/edits.ts'
import type { CausalPast } from '../index/entry.ts'
import type { ReadModel } from '../index/read-model.ts'
import { encodeOperations } from '../index/operations.ts'
import { payloadAad } from '../log/header.ts'
import type { Header } from '../log/header.ts'
import { recipientKey } from '../log/epoch-body.ts'
import { writableEpochOf } from '../log/epochs.ts'
import type { EpochInfo } from '../log/epochs.ts'
import type { Membership } from '../log/membership.ts'
import type { PinList } from '../log/pin-list.ts'
import type { ObjectRecord } from '../log/record.ts'
import { signEntry, withPinList } from '../log/write.ts'
import type { VaultReplica } from '../sync/replica/vault-replica.ts'
import { sealPayload } from '../seal/payload.ts'
import type { EpochKeys } from '../secret/epoch.ts'
import type { Applier } from './applier.ts'
import { draftEntry, writeClear } from './author.ts'
import type { Author } from './author.ts'
import { inEpoch } from './in-epoch.ts'
import { epochRecipients, missingRecipients } from './recipients.ts'
import type { Keyring, RecipientKey } from './keyring.ts'

export interface LocalWriterOptions extends Author {
  readonly replica: VaultReplica
  readonly keyring: Keyring
  readonly applier: Applier
  readonly random: Random
}

/** What one change entry brings: edits of the index, the objects they need, those given up, those destroyed. */
export interface Change {
  readonly intents: readonly Intent[]
  readonly records?: readonly ObjectRecord[]
  readonly unpins?: readonly ObjectId[]
  readonly shreds?: readonly ObjectId[]
}

/** Writes this device's entries into one vault: built on everything held, signed, durable before it returns. One at a time. */
export class LocalWriter {
  private readonly o: LocalWriterOptions

  constructor(options: LocalWriterOptions) {
    this.o = options
  }

  get log(): LogId {
    return logIdOf(this.o.secrets.device, this.o.incarnation())
  }

  get tree(): ReadModel {
    return this.o.applier.index.tree
  }

  /**
   * Keys of the epoch to write under; begins one where none fits. An epoch whose secret was proven bad is passed by.
   * Throws UNKNOWN_EPOCH while a secret is missing that may still come.
   */
  async writableKeys(): Promise<EpochKeys> {
    if (this.o.applier.isBehind) throw new HoldfastError('UNKNOWN_EPOCH')
    const epoch = writableEpochOf(this.usableEpochs()) ?? (await this.beginEpoch())
    const keys = this.o.keyring.keys(epoch)
    if (keys === undefined) throw new HoldfastError('UNKNOWN_EPOCH')
    return keys
  }

  /**
   * Records whose key slot opens under the epoch that is written under now: a large file is sealed for long, and whoever was
   * removed meanwhile shall not be able to open it.
   */
  async inWritableEpoch(records: readonly ObjectRecord[]): Promise<readonly ObjectRecord[]> {
    if (records.length === 0) return records
    const { replica, keyring, random } = this.o
    const current = await this.writableKeys()
    const place = { vault: replica.id, random, keys: (epoch: EpochId) => keyring.keys(epoch) }
    return Promise.all(records.map((record) => inEpoch(record, current, place)))
  }

  /** Undefined when there was nothing to write. */
  async change(change: Change): Promise<EntryHash | undefined> {
    const { keyring, applier, replica, random } = this.o
    const keys = await this.writableKeys()
    const draft = this.draft('change', keys.id)
    const local = applier.index.build(change.intents, { log: this.log, past: pastOfDraft(draft, replica) })
    const pinList = pinListOf(change)
    if (local === undefined && pinList === null) return undefined
    const hashes = [...(local?.changeHashes ?? [])].sort(([a], [b]) => a - b)
    const documents = hashes.map(([number, hash]) => ({
      number,
      commitment: blake3Keyed(keyring.keys(keys.id)!.change, hash)
    }))
    const header = withPinList({ ...draft, documents }, pinList)
    const plain = encodeOperations(local?.operations ?? [])
    const payload = await sealPayload(keys.payload, plain, payloadAad(header), random)
    const entry = await signEntry(header, payload, this.o.secrets.seed, pinList)
    return replica.append(entry.bytes, [...(change.records ?? [])])
  }

  async beginEpoch(): Promise<EpochId> {
    const { replica, keyring, random } = this.o
    // Removals that crossed stand in entries which do not count: until somebody repeats them no epoch fits who is left.
    const repeated = replica.log.removalsToRepeat(this.o.secrets.device)
    if (repeated.length > 0) await writeClear(replica, this.o, { kind: 'statement', statements: repeated })
    const newestFirst = this.usableEpochs()
      .map(({ id }) => id)
      .reverse()
    const parents = keyring.tipsOf(newestFirst).slice(0, LIMITS.epochParents)
    const recipients = epochRecipients(this.membershipAt(this.draft('epoch')))
    this.assertFits(recipients)
    const body = await keyring.begin(recipients, parents, random)
    await writeClear(replica, this.o, { kind: 'epoch', ...body })
    return body.epoch
  }

  /** Hands every epoch to the members who lack it, as far as this device may: owners to all, others to their own account. */
  async grant(): Promise<void> {
    const { replica, keyring, random } = this.o
    const epochs = this.usableEpochs().map(({ id }) => id)
    const members = this.membershipAt(this.draft('wrap'))
    for (const [epoch, lacking] of await missingRecipients(replica, epochs, members)) {
      const recipients = lacking.filter((one) => this.mayWrapFor(one, members))
      if (!keyring.has(epoch) || recipients.length === 0) continue
      await writeClear(replica, this.o, { kind: 'wrap', epoch, wraps: await keyring.wrap(epoch, recipients, random) })
    }
  }

  private mayWrapFor(recipient: RecipientKey, membership: Membership): boolean {
    const { device } = this.o.secrets
    if (membership.roleOf(device) === 'owner') return true
    const own = membership.accountOf(device)
    const theirs = recipient.kind === 'recovery' ? recipient.id : membership.accountOf(recipient.id)
    return own !== undefined && own === theirs
  }

  /** Epochs that are not proven bad and that an entry of this device may name: it does not build on what it cannot read. */
  private usableEpochs(): EpochInfo[] {
    const { replica, keyring, applier } = this.o
    return replica.log.epochs().filter(({ id, entry }) => !keyring.isBad(id) && !applier.isStuck(entry))
  }

  /** Throws UNKNOWN_EPOCH where this device's own log stands on what cannot be read here. */
  private draft(kind: 'change' | 'epoch' | 'wrap', epoch?: EpochId): Header {
    const draft = draftEntry(this.o.replica, this.o, kind, epoch)
    if (draft.prev !== null && this.o.applier.isStuck(draft.prev)) throw new HoldfastError('UNKNOWN_EPOCH')
    return draft
  }

  private membershipAt(draft: Header): Membership {
    return this.o.replica.log.membershipAt([...(draft.prev === null ? [] : [draft.prev]), ...draft.seen])
  }

  /** Somebody may have been removed by an entry that this one cannot build on: they are given nothing new. */
  private assertFits(recipients: readonly RecipientKey[]): void {
    const { replica, applier } = this.o
    if (!applier.hasStuck) return
    const members = new Set(epochRecipients(replica.log.membership()).map(recipientKey))
    if (!recipients.every((one) => members.has(recipientKey(one)))) throw new HoldfastError('UNKNOWN_EPOCH')
  }
}

function pinListOf({ records = [], unpins = [], shreds = [] }: Change): PinList | null {
  if (records.length + unpins.length + shreds.length === 0) return null
  return { records: records.map(({ hash }) => hash).sort(), unpins: [...unpins].sort(), shreds: [...shreds].sort() }
}

/** The past an entry with this header will have. */
function pastOfDraft(draft: Header, { log }: VaultReplica): CausalPast {
  const parents = [...(draft.prev === null ? [] : [draft.prev]), ...draft.seen]
  const pasts = parents.map((parent) => log.pastOf(parent))
  return { has: (_log, _seq, hash) => parents.includes(hash) || pasts.some((past) => past.includes(hash)) }
}
