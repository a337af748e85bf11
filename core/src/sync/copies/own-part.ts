import type { EntryHash, ObjectId, RecordHash, VaultId } from '../../base/ids.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { Responsibility } from './placed.ts'
import type { Replica, ReplicaEvent } from '../replica/replica.ts'
import type { VaultReplica } from '../replica/vault-replica.ts'
import type { Wanted } from '../blobs/wanted.ts'

type Turned = Extract<ReplicaEvent, { kind: 'turned' }>

/** Which objects of the vaults here this home is to hold: a device all of them, a relay those it is responsible for. */
export class OwnPart {
  readonly #replica: Replica
  readonly #isRelay: boolean
  #told = new Map<VaultId, Set<RecordHash>>()

  constructor(replica: Replica) {
    this.#replica = replica
    this.#isRelay = replica.role === 'relay'
  }

  isMine(vault: VaultId, object: ObjectId): boolean {
    return !this.#isRelay || this.#replica.placed.isResponsible(vault, this.#replica.device, object)
  }

  /** Wanted records of the vault that are known here and this home's to hold. */
  *records({ id, log }: VaultReplica): Iterable<ObjectRecord> {
    const pins = log.pins()
    for (const hash of pins.liveRecords()) {
      const record = pins.isWanted(hash) ? pins.record(hash) : undefined
      if (record !== undefined && this.isMine(id, record.object)) yield record
    }
  }

  /** Others are responsible than before: asks for what has become this relay's, and says what has changed. */
  async moved(vault: VaultReplica, was: Responsibility, wanted: Wanted): Promise<void> {
    if (!this.#isRelay) return
    const { device } = this.#replica
    const pins = vault.log.pins()
    const mine: ObjectRecord[] = []
    const others: RecordHash[] = []
    for (const hash of pins.liveRecords()) {
      const record = pins.isWanted(hash) ? pins.record(hash) : undefined
      if (record === undefined) continue
      const isMine = this.isMine(vault.id, record.object)
      if (isMine === was(device, record.object)) continue
      if (isMine) mine.push(record)
      else others.push(hash)
    }
    wanted.gone(others)
    await wanted.live(vault.id, mine)
    // What is still to come is told of when it is here: until then no device need bring what this relay fetches itself.
    const whole = mine.flatMap(({ hash }) => (wanted.isComplete(hash) ? [hash] : []))
    this.#say(vault, [...others, ...whole])
  }

  /** Unpins have changed what is needed of these: a relay says anew which of them it holds. Returns those to be looked for. */
  turned({ vault, records }: Turned, wanted: Wanted): ObjectRecord[] {
    const pins = vault.log.pins()
    wanted.gone(records.filter((hash) => !pins.isWanted(hash)))
    if (this.#isRelay) this.#say(vault, records)
    return records.flatMap((hash) => (pins.isWanted(hash) ? (pins.record(hash) ?? []) : []))
  }

  /** The last blob of an object has come: said together with others that come in the same moment. */
  completed(id: VaultId, record: RecordHash): void {
    if (!this.#isRelay) return
    const waiting = this.#told.get(id)
    if (waiting !== undefined) return void waiting.add(record)
    this.#told.set(id, new Set([record]))
    queueMicrotask(() => {
      const records = this.#told.get(id) ?? []
      this.#told.delete(id)
      const vault = this.#replica.vault(id)
      if (vault !== undefined) this.#say(vault, records)
    })
  }

  #say(vault: VaultReplica, records: Iterable<RecordHash>): void {
    const entries = new Set<EntryHash>()
    for (const record of records) for (const entry of vault.log.pins().bringersOf(record)) entries.add(entry)
    this.#replica.statesChanged(vault, [...entries])
  }
}
