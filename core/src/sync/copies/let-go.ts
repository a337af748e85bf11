import { HoldfastError, isHoldfastError } from '../../base/errors.ts'
import type { BlobId, DeviceId, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { PeerLink } from '../../ports/peer-link.ts'
import type { Random } from '../../ports/random.ts'
import { auditOne, haveAll } from './audit.ts'
import { blobsOf } from '../blobs/blob-view.ts'
import type { Replica } from '../replica/replica.ts'
import type { VaultReplica } from '../replica/vault-replica.ts'

export interface LetGoOptions {
  readonly replica: Replica
  readonly blobs: BlobStore
  readonly random: Random
  readonly links: () => Iterable<PeerLink>
  /** A relay said that it has a blob and did not give it. */
  readonly onLie: (error: HoldfastError, peer: DeviceId) => void
}

/**
 * What a relay holds beyond its own part: taken over from one that was away, or brought by somebody who saw other relays. It is
 * kept until each relay that is responsible has said that it holds every blob of the object, and has given one drawn at random.
 * What it has given once is not drawn again each time; one draw of each lot still says whether it has anything.
 */
export class LetGo {
  readonly #o: LetGoOptions
  #proven = new Map<VaultId, Set<ObjectId>>()
  /** Of which objects each relay has given a blob, as long as it says that it holds them. */
  readonly #given = new Map<DeviceId, Set<RecordHash>>()

  constructor(options: LetGoOptions) {
    this.#o = options
  }

  /** Whether a pin of this vault's object still asks for its blobs here. */
  isKept(vault: VaultReplica, object: ObjectId): boolean {
    const { placed, device } = this.#o.replica
    return placed.isResponsible(vault.id, device, object) || this.#proven.get(vault.id)?.has(object) !== true
  }

  /** Whether any vault's pin still asks for this blob here. */
  keeps(blob: BlobId): boolean {
    const isKeptBy = (vault: VaultReplica): boolean =>
      vault.log
        .pins()
        .blobOwners(blob)
        .some((object) => this.isKept(vault, object))
    return this.#o.replica.vaults().some(isKeptBy)
  }

  /** Asks the responsible relays about everything that is here for them. What is not proven anew is kept. */
  async prove(): Promise<void> {
    const proven = new Map<VaultId, Set<ObjectId>>()
    const asked = new Set<RecordHash>()
    for (const vault of this.#o.replica.vaults()) {
      if (this.#o.replica.placed.holdsAll(vault.id, this.#o.replica.device)) continue
      const found = new Set<ObjectId>()
      for (const lot of await this.#extra(vault)) {
        for (const { hash } of lot) asked.add(hash)
        for (const object of await this.#proof(vault, lot)) found.add(object)
      }
      proven.set(vault.id, found)
    }
    for (const given of this.#given.values()) for (const hash of given) if (!asked.has(hash)) given.delete(hash)
    this.#proven = proven
  }

  /** Objects that are others' to hold and of which something is here, in lots that fit one question. */
  async #extra(vault: VaultReplica): Promise<ObjectRecord[][]> {
    const { placed, device } = this.#o.replica
    const pins = vault.log.pins()
    const lots: ObjectRecord[][] = []
    let lot: ObjectRecord[] = []
    let size = 0
    for (const hash of pins.liveRecords()) {
      const record = pins.record(hash)
      if (record === undefined || placed.isResponsible(vault.id, device, record.object)) continue
      const here = await this.#o.blobs.has(blobsOf(record).map(({ id }) => id))
      if (!here.includes(true)) continue
      size += here.length
      if (size > LIMITS.blobIdsPerMessage && lot.length > 0) {
        lots.push(lot)
        ;[lot, size] = [[], here.length]
      }
      lot.push(record)
    }
    return lot.length > 0 ? [...lots, lot] : lots
  }

  /** Those of them that every responsible relay holds. */
  async #proof(vault: VaultReplica, lot: readonly ObjectRecord[]): Promise<ObjectId[]> {
    const asked = new Map<DeviceId, ObjectRecord[]>()
    for (const record of lot) {
      for (const relay of this.#o.replica.placed.responsible(vault.id, record.object)) {
        const list = asked.get(relay)
        if (list === undefined) asked.set(relay, [record])
        else list.push(record)
      }
    }
    const lacking = new Set<ObjectId>()
    for (const [relay, records] of asked) {
      const held = await this.#heldBy(relay, vault.id, records)
      for (const { object } of records) if (!held.has(object)) lacking.add(object)
    }
    const unasked = lot.filter(({ object }) => this.#o.replica.placed.responsible(vault.id, object).length === 0)
    for (const { object } of unasked) lacking.add(object)
    return lot.flatMap(({ object }) => (lacking.has(object) ? [] : [object]))
  }

  async #heldBy(relay: DeviceId, vault: VaultId, records: readonly ObjectRecord[]): Promise<Set<ObjectId>> {
    const link = [...this.#o.links()].find(({ peer }) => peer === relay)
    if (link === undefined) return new Set()
    try {
      const ids = [...new Set(records.flatMap((record) => blobsOf(record).map(({ id }) => id)))]
      const here = await haveAll(link, vault, ids)
      const whole = records.filter((record) => blobsOf(record).every(({ id }) => here.has(id)))
      if (await this.#gives(link, vault, records, new Set(whole))) return new Set(whole.map(({ object }) => object))
      this.#given.delete(relay)
      this.#o.onLie(new HoldfastError('PEER_LIES', 'a relay did not give a blob that it said it has'), relay)
    } catch (error) {
      if (!isHoldfastError(error)) throw error
    }
    return new Set()
  }

  /** One blob of each object that it has given none of; of the lot, when there is no such object. */
  async #gives(
    link: PeerLink,
    vault: VaultId,
    asked: readonly ObjectRecord[],
    whole: ReadonlySet<ObjectRecord>
  ): Promise<boolean> {
    const given = this.#given.get(link.peer) ?? new Set<RecordHash>()
    this.#given.set(link.peer, given)
    for (const record of asked) if (!whole.has(record)) given.delete(record.hash)
    const all = [...whole]
    const fresh = all.filter(({ hash }) => !given.has(hash))
    const drawn = fresh.length > 0 || all.length === 0 ? fresh : [draw(this.#o.random, all)]
    for (const record of drawn) {
      const { id } = draw(this.#o.random, blobsOf(record))
      if (!(await auditOne(link, vault, id))) return false
      given.add(record.hash)
    }
    return true
  }
}

/** One of them, by chance. */
export function draw<T>(random: Random, ids: readonly T[]): T {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4)
  return ids[(((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % ids.length]!
}
