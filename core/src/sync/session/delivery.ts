import type { DeviceId, EntryHash, VaultId } from '../../base/ids.ts'
import { LIMITS } from '../../base/limits.ts'
import type { ObjectRecord } from '../../log/record.ts'
import type { LogPosition, Work } from './effects.ts'
import type { Entries, LogRange, Message, WireEntry } from '../wire/messages.ts'
import type { EntrySketch } from './sync-view.ts'
import type { VaultReplica } from '../replica/vault-replica.ts'

/** Brings blobs to relays ahead of the entries that pin them (placed-uploads.ts). What is not here is left out. */
export interface EntryUploader {
  /**
   * `own`: of entries that this device wrote, to every connected relay that is to hold them; `others`: to the one at the other
   * end, if it is to hold them; `asked`: to that one, which said that it lacks them.
   */
  upload(vault: VaultId, objects: readonly ObjectRecord[], why?: UploadReason): Promise<void>
}

export type UploadReason = 'own' | 'others' | 'asked'

export interface DeliveryOptions {
  readonly peer: DeviceId
  readonly send: (message: Message) => Promise<void>
  /** Present when the peer is a relay and this side a device. */
  readonly uploader: () => EntryUploader | undefined
  /** An upload that failed for a reason that is no fault of the link: the entry goes without its blobs. */
  readonly onUploadFailed: (vault: VaultId, error: unknown) => void
}

/** Reads entries and sends them as they are stored, one frame at a time: no more than that is in memory for one vault. */
export class Delivery {
  readonly #options: DeliveryOptions

  constructor(options: DeliveryOptions) {
    this.#options = options
  }

  /** About one frame of what is held of these ranges; returns what was sent. */
  async answer(vault: VaultReplica, ranges: readonly LogRange[]): Promise<EntrySketch[]> {
    const { entries, more } = vault.inOrder(ranges, LIMITS.entriesPerFrame)
    const { sent, wires } = await this.#read(vault, entries, LIMITS.entriesFrameBytes)
    const role = more || sent.length < entries.length ? 'part' : 'last'
    await this.#ship(vault, sent, wires, role)
    return sent
  }

  async push(vault: VaultReplica, hashes: readonly EntryHash[]): Promise<EntrySketch[]> {
    const entries = hashes.map((hash) => vault.sketch(hash)).filter((sketch) => sketch !== undefined)
    const { sent, wires } = await this.#read(vault, entries, LIMITS.syncFrameBytes)
    await this.#ship(vault, sent, wires, 'pushed')
    return sent
  }

  /** Brings the blobs of these objects to where they are to be. */
  async upload(vault: VaultReplica, objects: readonly ObjectRecord[], why: UploadReason): Promise<void> {
    const uploader = this.#options.uploader()
    if (uploader === undefined || objects.length === 0) return
    try {
      await uploader.upload(vault.id, objects, why)
    } catch (error) {
      this.#options.onUploadFailed(vault.id, error)
    }
  }

  /** What the relay said that it lacks of this entry. */
  uploadMissing(vault: VaultReplica, { entry, records }: Extract<Work, { kind: 'upload' }>): Promise<void> {
    const missing = new Set(records)
    const objects = vault.recordsOf(entry).filter(({ hash }) => missing.has(hash))
    return this.upload(vault, objects, 'asked')
  }

  async #ship(
    vault: VaultReplica,
    sent: readonly EntrySketch[],
    wires: readonly WireEntry[],
    role: Entries['role']
  ): Promise<void> {
    const objects = { own: [] as ObjectRecord[], others: [] as ObjectRecord[] }
    for (const { hash, log, hasRecords } of sent)
      if (hasRecords) objects[vault.isOwnLog(log) ? 'own' : 'others'].push(...vault.recordsOf(hash))
    await Promise.all([this.upload(vault, objects.own, 'own'), this.upload(vault, objects.others, 'others')])
    await vault.markAnnounced(sent)
    await this.#options.send({ kind: 'entries', vault: vault.id, entries: wires, role })
  }

  /** In order, until the next one would go over `maxBytes`; always at least one. */
  async #read(
    vault: VaultReplica,
    entries: readonly EntrySketch[],
    maxBytes: number
  ): Promise<{ sent: EntrySketch[]; wires: WireEntry[] }> {
    const sent: EntrySketch[] = []
    const wires: WireEntry[] = []
    let bytes = 0
    for (const sketch of entries) {
      const wire = await vault.wireEntry(sketch.hash)
      if (wire === undefined) continue
      bytes += wireBytes(wire)
      if (bytes > maxBytes && sent.length > 0) break
      sent.push(sketch)
      wires.push(wire)
    }
    return { sent, wires }
  }
}

export function positions(entries: readonly EntrySketch[]): LogPosition[] {
  return entries.map(({ log, seq }) => ({ log, seq }))
}

/** Size on the wire, framing included. */
export function wireBytes({ entry, records }: WireEntry): number {
  return records.reduce((sum, record) => sum + record.length + 5, entry.length + 16)
}
