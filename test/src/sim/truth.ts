import type { BlobId, DeviceId, EntryHash, LogId, ObjectId, RecordHash, VaultId } from '@holdfast/core/base/ids'
import type { FileContent } from '@holdfast/core/index/records'
import type { ObjectRecord } from '@holdfast/core/log/record'
import type { VaultLog } from '@holdfast/core/log/vault-log'
import type { Replica } from '@holdfast/core/sync/replica/replica'
import type { ReplicaEvent } from '@holdfast/core/sync/replica/replica-events'
import type { VaultReplica } from '@holdfast/core/sync/replica/vault-replica'
import type { Machine } from './machine.ts'

/** Something a person put into the vault. Its time is its name: no two have the same. */
export interface Write {
  readonly mtimeMs: number
  readonly device: string
  readonly size: number
  /** Of the content, as hex. */
  readonly hash: string
  acknowledged: boolean
  object: ObjectId | undefined
  /** Its device was set back to a time before it when nobody else had all of it, or its log forked: it may be gone. */
  excused: boolean
}

/** An entry as its device made it durable. */
export interface Signed {
  readonly vault: VaultId
  readonly log: LogId
  readonly seq: number
  readonly device: DeviceId
  readonly shreds: readonly ObjectId[]
  readonly records: readonly ObjectRecord[]
}

/** What really happened in this world: nobody in it knows all of this. */
export class Truth {
  readonly writes = new Map<number, Write>()
  readonly entries = new Map<EntryHash, Signed>()
  /** By vault, log and number. */
  readonly numbers = new Map<string, Set<EntryHash>>()
  readonly recordEntries = new Map<RecordHash, Set<EntryHash>>()
  readonly blobRecords = new Map<BlobId, Map<RecordHash, ObjectRecord>>()
  readonly shredded = new Set<ObjectId>()
  readonly objects = new Map<ObjectId, Write>()
  /** What each machine had durable, as it said itself. */
  readonly held = new Map<Machine, Set<EntryHash>>()
  /** Codes of problems that machines reported. */
  readonly problems = new Map<Machine, Map<string, number>>()
  /** Told of each new entry at the machine that signed it, and of each that arrives. */
  onEntry: (machine: Machine, hash: EntryHash, signed: Signed, isLocal: boolean) => void = () => undefined
  onStranger: (machine: Machine, hash: EntryHash) => void = () => undefined
  onLost: (machine: Machine, hash: EntryHash) => void = () => undefined
  onEvent: (machine: Machine, event: ReplicaEvent) => void = () => undefined
  readonly #looked = new WeakMap<VaultLog, number>()
  #clock = 1_600_000_000_000

  newWrite(device: string, size: number, hash: string): Write {
    const write: Write = {
      mtimeMs: (this.#clock += 1000),
      device,
      size,
      hash,
      acknowledged: false,
      object: undefined,
      excused: false
    }
    this.writes.set(write.mtimeMs, write)
    return write
  }

  /** Which write a content of the index is. */
  learn(content: FileContent): Write | undefined {
    const write = this.writes.get(content.mtimeMs)
    if (write !== undefined) {
      write.object = content.object
      this.objects.set(content.object, write)
    }
    return write
  }

  /** A machine came up: nothing that it had said was durable may be missing. */
  opened(machine: Machine, replica: Replica): void {
    const here = new Set<EntryHash>()
    for (const vault of replica.vaults()) {
      this.#look(machine, vault, false)
      for (const hash of vault.log.order()) here.add(hash)
    }
    for (const hash of this.held.get(machine) ?? []) if (!here.has(hash)) this.onLost(machine, hash)
    this.held.set(machine, here)
  }

  happened(machine: Machine, event: ReplicaEvent): void {
    if (event.kind === 'admitted') this.#look(machine, event.vault, event.from === null)
    if (event.kind === 'rolledBack') for (const { entry } of event.withdrawn) this.held.get(machine)?.delete(entry.hash)
    if (event.kind === 'problem') {
      const codes = this.problems.get(machine) ?? new Map<string, number>()
      this.problems.set(machine, codes.set(event.code, (codes.get(event.code) ?? 0) + 1))
      machine.world.trace.note(`${machine.name}: problem ${event.code}`)
    }
    this.onEvent(machine, event)
  }

  noted(code: string): boolean {
    return [...this.problems.values()].some((codes) => codes.has(code))
  }

  /** The machine was set back: what it holds is found out when it starts. */
  forgetHeld(machine: Machine): void {
    this.held.delete(machine)
  }

  /** Whether this machine's log has an entry that counts and brings this record. */
  names(vault: VaultReplica, record: RecordHash): boolean {
    return [...(this.recordEntries.get(record) ?? [])].some((hash) => vault.log.has(hash) && vault.log.isCounted(hash))
  }

  /** Whether some device destroyed the object of this record. */
  wasShredded(hash: RecordHash): boolean {
    const [entry] = this.recordEntries.get(hash) ?? []
    const record = entry === undefined ? undefined : this.entries.get(entry)!.records.find((one) => one.hash === hash)
    return record !== undefined && this.shredded.has(record.object)
  }

  #look(machine: Machine, vault: VaultReplica, isLocal: boolean): void {
    const order = vault.log.order()
    const from = this.#looked.get(vault.log) ?? 0
    this.#looked.set(vault.log, order.length)
    const held = this.held.get(machine) ?? new Set()
    this.held.set(machine, held)
    for (const hash of order.slice(from)) {
      held.add(hash)
      const known = this.entries.get(hash)
      const header = vault.log.entry(hash)!.header
      if (header.device === machine.id && known === undefined)
        this.onEntry(machine, hash, this.#sign(machine, vault, hash), isLocal)
      else if (known === undefined) this.onStranger(machine, hash)
    }
  }

  #sign(machine: Machine, vault: VaultReplica, hash: EntryHash): Signed {
    const { header, log, pinList } = vault.log.entry(hash)!
    const records = vault.recordsOf(hash)
    const signed: Signed = {
      vault: vault.id,
      log,
      seq: header.seq,
      device: header.device,
      shreds: pinList?.shreds ?? [],
      records
    }
    this.entries.set(hash, signed)
    const short = (ids: readonly string[]): string => ids.map((id) => id.slice(0, 8)).join()
    const brings = records.length === 0 ? '' : ` brings ${short(records.map(({ object }) => object))}`
    const shreds = signed.shreds.length === 0 ? '' : ` shreds ${short(signed.shreds)}`
    machine.world.trace.note(
      `  ${machine.name} signed ${header.kind} ${hash.slice(0, 8)}, ${header.incarnation.slice(0, 4)}/${header.seq}${brings}${shreds}`
    )
    const number = `${vault.id}/${log}/${header.seq}`
    this.numbers.set(number, (this.numbers.get(number) ?? new Set()).add(hash))
    for (const object of signed.shreds) this.shredded.add(object)
    for (const record of records) {
      this.recordEntries.set(record.hash, (this.recordEntries.get(record.hash) ?? new Set()).add(hash))
      for (const { id } of [record.manifest, ...record.blobs]) {
        const named = this.blobRecords.get(id) ?? new Map<RecordHash, ObjectRecord>()
        this.blobRecords.set(id, named.set(record.hash, record))
      }
    }
    return signed
  }
}
